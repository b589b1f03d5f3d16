#include "experiment/test_sequences.hpp"

#include "experiment/sampled_cost.hpp"
#include "model/linear_attention.hpp"
#include "risk/sampling.hpp"

namespace flowsweep::experiment {
namespace {

std::vector<double> second_moments(std::span<const double> initial, std::size_t d) {
  std::vector<double> moments(d * d);
  for (std::size_t n = 0; n < initial.size(); n += d)
    for (std::size_t l = 0; l < d; ++l)
      for (std::size_t j = 0; j < d; ++j) moments[l * d + j] += initial[n + l] * initial[n + j];
  for (double& moment : moments) moment *= static_cast<double>(d) / static_cast<double>(initial.size());
  return moments;
}

std::complex<double> entry(std::span<const double> theta, std::size_t index) {
  return {theta[index], theta[index + 1]};
}

}  // namespace

TestSequences::TestSequences(const sweep::Point& point, const theory::MesaSetting& setting)
    : dimension_(static_cast<std::size_t>(setting.dimension)),
      context_(point.integer("test_context") > 0 ? point.integer("test_context") : setting.context),
      unused_gradient_(model::weight_count(dimension_)) {
  const auto sample =
      risk::sample_sequences(*setting.law, static_cast<std::size_t>(point.integer("test_sequences")),
                             point.id(), Stream::test_sequences);
  const risk::Sequences sequences{setting.dimension, static_cast<int>(context_), sample.initial,
                                  sample.phase};
  second_moments_ = second_moments(sample.initial, dimension_);
  if (precomputes_test(point))
    precomputed_ =
        std::make_unique<risk::PrecomputedRisk>(risk::SufficientStatistics(sequences, risk::Steps::last));
  else
    direct_ = std::make_unique<risk::EmpiricalRisk>(sequences);
}

double TestSequences::last_loss(std::span<const double> theta) {
  return precomputed_ ? precomputed_->gradient(theta, unused_gradient_) : direct_->losses(theta).last_step;
}

double TestSequences::ratio(std::span<const double> theta) const {
  const std::size_t d = dimension_;
  std::complex<double> sum = 0;
  for (std::size_t j = 0; j < d; ++j)
    for (std::size_t l = 0; l < d; ++l) {
      const double share = l == j ? 1 : 1 / static_cast<double>(context_ - 2);
      sum += share * second_moments_[l * d + j] * entry(theta, model::p1_index(d, j, j)) *
             entry(theta, model::q21_index(d, l, j));
    }
  return sum.real() / static_cast<double>(d);
}

std::unique_ptr<TestSequences> test_sequences(const sweep::Point& point, const theory::MesaSetting& setting) {
  if (setting.population || point.integer("test_sequences") == 0) return nullptr;
  return std::make_unique<TestSequences>(point, setting);
}

}  // namespace flowsweep::experiment

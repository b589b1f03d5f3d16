#include "experiment/training.hpp"

#include "model/linear_attention.hpp"
#include "risk/held_entries.hpp"
#include "risk/population.hpp"
#include "risk/sampling.hpp"

namespace flowsweep::experiment {
namespace {

using theory::MesaSetting;

std::unique_ptr<risk::EmpiricalRisk> sampled_risk(const sweep::Point& point, const MesaSetting& setting,
                                                  std::size_t sequences, std::int64_t context, Stream stream,
                                                  const risk::EmpiricalOptions& options) {
  const risk::SampledSequences sample = risk::sample_sequences(*setting.law, sequences, point.id(), stream);
  return std::make_unique<risk::EmpiricalRisk>(
      risk::Sequences{setting.dimension, static_cast<int>(context), sample.initial, sample.phase}, options);
}

risk::EmpiricalOptions empirical_options(const sweep::Point& point) {
  risk::EmpiricalOptions options;
  options.diagonal_mask = point.integer("mask") != 0;
  options.precision = point.name("precision") == "float" ? risk::Precision::single_precision
                                                         : risk::Precision::double_precision;
  return options;
}

// (B, A): a0 I, b0 I plus noise on every entry.
std::vector<double> start_in_ab(const sweep::Point& point, const MesaSetting& setting) {
  std::vector<double> theta = risk::diagonal_start(setting.dimension, setting.a0, setting.b0);
  CounterRng rng(point.id(), Stream::initial_weights);
  if (setting.perturbation > 0)
    for (double& weight : theta) weight += setting.perturbation * rng.normal();
  return theta;
}

std::unique_ptr<Differentiable> population_risk(const sweep::Point& point, const MesaSetting& setting) {
  auto risk = std::make_unique<risk::PopulationRisk>(setting.law, setting.context);
  if (!setting.masked) return risk;
  return std::make_unique<risk::HeldEntries>(
      std::move(risk), start_in_ab(point, setting),
      risk::off_diagonal_entries(static_cast<std::size_t>(setting.dimension)));
}

// All blocks of P and Q, complex: P1 = B, Q21 = A, the rest 0.
std::vector<double> embed(const std::vector<double>& theta, int dimension) {
  const auto d = static_cast<std::size_t>(dimension);
  std::vector<double> weights(model::weight_count(d), 0.0);
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j) {
      weights[model::p1_index(d, i, j)] = theta[d * i + j];
      weights[model::q21_index(d, i, j)] = theta[d * d + d * i + j];
    }
  return weights;
}

}  // namespace

std::unique_ptr<Differentiable> training_risk(const sweep::Point& point, const MesaSetting& setting) {
  if (setting.population) return population_risk(point, setting);
  return sampled_risk(point, setting, static_cast<std::size_t>(point.integer("sequences")), setting.context,
                      Stream::training_sequences, empirical_options(point));
}

std::unique_ptr<risk::EmpiricalRisk> test_risk(const sweep::Point& point, const MesaSetting& setting) {
  if (setting.population || point.integer("test_sequences") == 0) return nullptr;
  const std::int64_t context =
      point.integer("test_context") > 0 ? point.integer("test_context") : setting.context;
  return sampled_risk(point, setting, static_cast<std::size_t>(point.integer("test_sequences")), context,
                      Stream::test_sequences, {});
}

std::vector<double> start_weights(const sweep::Point& point) {
  const MesaSetting setting = theory::mesa_setting(point);
  std::vector<double> start = start_in_ab(point, setting);
  return setting.population ? start : embed(start, setting.dimension);
}

std::uint32_t weight_count(const sweep::Point& point) {
  const auto d = static_cast<std::size_t>(point.integer("dimension"));
  return static_cast<std::uint32_t>(point.name("risk") == "population" ? 2 * d * d : model::weight_count(d));
}

}  // namespace flowsweep::experiment

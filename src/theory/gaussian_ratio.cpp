#include "theory/gaussian_ratio.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace flowsweep::theory {
namespace {

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

// Mean of numerators over mean of denominators.
Estimate ratio_of_means(const std::vector<double>& numerators, const std::vector<double>& denominators) {
  const auto count = static_cast<double>(numerators.size());
  double top = 0, bottom = 0, squares = 0;
  for (std::size_t n = 0; n < numerators.size(); ++n) {
    top += numerators[n];
    bottom += denominators[n];
  }
  const double ratio = top / bottom;
  for (std::size_t n = 0; n < numerators.size(); ++n) {
    const double residual = numerators[n] - ratio * denominators[n];
    squares += residual * residual;
  }
  return {ratio, std::sqrt(squares / (count - 1) * count) / bottom};
}

}  // namespace

double expected_ratio(const model::LinearAttention& layer, std::span<const double> v, std::size_t j,
                      double t) {
  const auto own = static_cast<Eigen::Index>(j);
  std::complex<double> column = layer.Q21()(own, own) * v[j] * v[j];
  for (std::size_t l = 0; l < v.size(); ++l)
    if (l != j) column += layer.Q21()(static_cast<Eigen::Index>(l), own) * v[l] * v[j] / (t - 1);
  return (layer.P1()(own, own) * column).real();
}

SampledRatios sample_ratios(const model::LinearAttention& layer, FreshSequences& fresh, std::size_t count,
                            std::int64_t t) {
  std::vector<double> means, explained, energies, raw;
  fresh.visit(count, t, [&](std::span<const double> v, const model::SequenceStep& step) {
    const Eigen::VectorXcd prediction = step.predict(layer);
    double sum = 0;
    for (std::size_t j = 0; j < v.size(); ++j) {
      const auto own = static_cast<Eigen::Index>(j);
      sum += expected_ratio(layer, v, j, static_cast<double>(t));
      raw.push_back((prediction[own] / step.next()[own]).real());
    }
    means.push_back(sum / static_cast<double>(v.size()));
    explained.push_back(step.next().dot(prediction).real());
    energies.push_back(step.next().squaredNorm());
  });
  return {ratio_of_means(means, std::vector<double>(means.size(), 1.0)), ratio_of_means(explained, energies),
          median(raw)};
}

}  // namespace flowsweep::theory

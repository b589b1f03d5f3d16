#include "distribution/finite_laws.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace flowsweep::distribution {
namespace {

double enumerated_moment(const PointTable& table, std::span<const Factor> factors) {
  double sum = 0;
  for (std::size_t k = 0; k < table.probabilities.size(); ++k) {
    double product = table.probabilities[k];
    for (const Factor& factor : factors)
      for (int n = 0; n < factor.power; ++n) product *= table.point(k)[factor.coordinate];
    sum += product;
  }
  return sum;
}

// What both kinds of tables must be; rows of d numbers and a weight.
std::optional<LawFault> table_fault(const std::string& key, int dimension, std::span<const double> rows) {
  const auto width = static_cast<std::size_t>(dimension) + 1;
  if (rows.empty() || rows.size() % width != 0)
    return LawFault{key, "rows of " + std::to_string(dimension) + " coordinates and a weight at d = " +
                             std::to_string(dimension) + ", " + std::to_string(width) +
                             " numbers each; here are " + std::to_string(rows.size())};
  for (std::size_t k = width - 1; k < rows.size(); k += width)
    if (!(rows[k] > 0))
      return LawFault{key, "the weight of row " + std::to_string(k / width + 1) + " must be positive"};
  return {};
}

}  // namespace

PointTable::PointTable(int d, std::span<const double> scale_and_rows)
    : dimension(static_cast<std::size_t>(d)) {
  const double scale = scale_and_rows.front();
  const std::span<const double> rows = scale_and_rows.subspan(1);
  for (std::size_t row = 0; row < rows.size(); row += dimension + 1) {
    for (std::size_t j = 0; j < dimension; ++j) coordinates.push_back(scale * rows[row + j]);
    probabilities.push_back(rows[row + dimension]);
  }
  const double total = std::accumulate(probabilities.begin(), probabilities.end(), 0.0);
  for (double& probability : probabilities) probability /= total;
  cumulative.resize(probabilities.size());
  std::partial_sum(probabilities.begin(), probabilities.end(), cumulative.begin());
}

std::size_t PointTable::draw(CounterRng& rng) const {
  const auto found = std::ranges::upper_bound(cumulative, rng.uniform());
  return std::min<std::size_t>(found - cumulative.begin(), cumulative.size() - 1);
}

double FiniteLaw::moment(std::span<const Factor> factors) const {
  return enumerated_moment(atoms_, factors);
}

void FiniteLaw::sample(CounterRng& rng, std::span<double> v) const {
  std::ranges::copy(atoms_.point(atoms_.draw(rng)), v.begin());
}

double SignedPairsLaw::moment(std::span<const Factor> factors) const {
  if (std::ranges::any_of(factors, [](const Factor& factor) { return factor.power % 2 != 0; })) return 0;
  return enumerated_moment(patterns_, factors);
}

void SignedPairsLaw::sample(CounterRng& rng, std::span<double> v) const {
  std::ranges::copy(patterns_.point(patterns_.draw(rng)), v.begin());
  for (double& value : v) value *= rng.sign();
}

std::optional<LawFault> finite_fault(int dimension, std::span<const double> p) {
  return table_fault("atoms", dimension, p.subspan(1));
}

std::optional<LawFault> signed_pairs_fault(int dimension, std::span<const double> p) {
  if (auto fault = table_fault("patterns", dimension, p.subspan(1))) return fault;
  const auto width = static_cast<std::size_t>(dimension) + 1;
  for (std::size_t k = 1; k < p.size(); ++k)
    if (p[k] < 0)
      return LawFault{"patterns", "the magnitudes of row " + std::to_string((k - 1) / width + 1) +
                                      " must not be negative: the law draws the signs"};
  return {};
}

}  // namespace flowsweep::distribution

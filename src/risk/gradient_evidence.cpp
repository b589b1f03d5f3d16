#include "risk/gradient_evidence.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "model/linear_attention.hpp"
#include "risk/corrected_t.hpp"
#include "risk/packed_sequences.hpp"

namespace flowsweep::risk {
namespace {

constexpr double rounding = 1e-12;

double largest(std::span<const double> values) {
  double result = 0;
  for (const double value : values) result = std::max(result, std::abs(value));
  return result;
}

Sequences batch(const Sequences& all, std::size_t k, std::size_t batches) {
  const auto d = static_cast<std::size_t>(all.dimension);
  const std::size_t count = all.initial.size() / d;
  const std::size_t first = k * count / batches * d, length = (k + 1) * count / batches * d - first;
  return {all.dimension, all.context, all.initial.subspan(first, length), all.phase.subspan(first, length)};
}

}  // namespace

double gradient_evidence(const Sequences& sequences, std::span<const double> theta, bool diagonal_mask) {
  checked_count(sequences);
  const std::size_t count = sequences.initial.size() / static_cast<std::size_t>(sequences.dimension);
  const std::size_t batches = std::min(gradient_batches, count), n = theta.size();
  std::vector<double> twice(theta.begin(), theta.end()), gradient(n), components(n * batches);
  for (double& weight : twice) weight *= 2;
  const EmpiricalOptions options{.diagonal_mask = diagonal_mask};
  for (std::size_t k = 0; k < batches; ++k) {
    EmpiricalRisk risk(batch(sequences, k, batches), options);
    risk.gradient(twice, gradient);
    const double zero = rounding * largest(gradient);
    risk.gradient(theta, gradient);
    for (std::size_t i = 0; i < n; ++i)
      components[i * batches + k] = std::abs(gradient[i]) > zero ? gradient[i] : 0;
  }
  double evidence = 0;
  for (std::size_t i = 0; i < n; ++i)
    evidence = std::max(evidence, std::abs(corrected_t(std::span(components).subspan(i * batches, batches))));
  return evidence;
}

}  // namespace flowsweep::risk

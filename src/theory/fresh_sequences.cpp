#include "theory/fresh_sequences.hpp"

#include <algorithm>
#include <numbers>
#include <vector>

namespace flowsweep::theory {
namespace {

constexpr std::size_t most_zero_draws = 1000;

}  // namespace

FreshSequences::FreshSequences(const distribution::Law& law, std::uint64_t id)
    : law_(law), rng_(id, Stream::measurement_sequences) {}

std::size_t FreshSequences::visit(std::size_t count, std::int64_t t, const Visit& visit) {
  std::vector<double> v(static_cast<std::size_t>(law_.dimension())), phase(v.size());
  std::size_t shown = 0;
  for (std::size_t zeros = 0; shown < count && zeros < most_zero_draws;) {
    law_.sample(rng_, v);
    for (double& angle : phase) angle = 2 * std::numbers::pi * rng_.uniform();
    if (std::ranges::all_of(v, [](double value) { return value == 0; })) {
      ++zeros;
      continue;
    }
    visit(v, model::SequenceStep(v, phase, t));
    ++shown;
  }
  return shown;
}

std::size_t requested_sequences(const sweep::Point& point) {
  return point.uses("test_sequences") ? static_cast<std::size_t>(point.integer("test_sequences")) : 0;
}

std::int64_t test_length(const sweep::Point& point) {
  const std::int64_t given = point.uses("test_context") ? point.integer("test_context") : 0;
  return given > 0 ? given : 2 * point.integer("context");
}

}  // namespace flowsweep::theory

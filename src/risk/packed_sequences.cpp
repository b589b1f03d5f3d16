#include "risk/packed_sequences.hpp"

#include <algorithm>
#include <string>

#include "core/error.hpp"

namespace flowsweep::risk {
namespace {

void require(bool condition, const std::string& constraint) {
  if (!condition) throw InputError("empirical risk", constraint);
}

bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

}  // namespace

std::size_t checked_count(const Sequences& sequences) {
  require(sequences.dimension >= 1, "the dimension must be at least 1");
  require(sequences.context >= 3, "the context must be at least 3");
  const std::size_t d = sequences.dimension;
  require(!sequences.initial.empty(), "there must be at least one sequence");
  require(sequences.initial.size() % d == 0,
          "the number of initial values must be a multiple of the dimension");
  require(sequences.phase.size() == sequences.initial.size(),
          "there must be as many phases as initial values");
  require(all_finite(sequences.initial) && all_finite(sequences.phase), "sequences must be finite");
  return sequences.initial.size() / d;
}

}  // namespace flowsweep::risk

#include "demonstrations/demonstration.hpp"
#include "theory/gap_check.hpp"
#include "token_points.hpp"

namespace flowsweep::test {
namespace {

// Samples whose every second token repeats the one before.
std::vector<int> draw_pairs(const dual::TokenPopulation& population, int count, CounterRng& rng) {
  std::vector<int> sample = draw_tokens(population, count, rng);
  for (std::size_t i = 1; i < sample.size(); i += 2) sample[i] = sample[i - 1];
  return sample;
}

std::vector<double> measure_pairs(const theory::Run& run) {
  const auto gaps = [&](int count) {
    return theory::sample_gaps(run.tokens().population, count, static_cast<int>(run.point.integer("draws")),
                               CounterRng(run.point.id(), Stream::token_samples), draw_pairs);
  };
  const auto count = static_cast<int>(run.point.integer("demonstrations"));
  return gap_measurements(run.tokens(), gaps(count), gaps(theory::longer_length(count)));
}

}  // namespace

Demonstration demonstrate_dual_gap_identity() {
  return {token_sweep("distribution = sphere, gaussian, bernoulli-gaussian\ndimension = 2, 8\n"
                      "demonstrations = 1, 5, 40\npopulation = 200\ndraws = 400\nkappa = 0.5, 1\n"),
          token_sweep("distribution = sphere\ndimension = 8\ndemonstrations = 10, 20\npopulation = 200\n"
                      "draws = 400\n"),
          {},
          measured_by("dual.gap-identity", measure_pairs)};
}

}  // namespace flowsweep::test

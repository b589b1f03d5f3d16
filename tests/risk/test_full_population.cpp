#include <algorithm>
#include <cmath>

#include "brute_force_full.hpp"
#include "core/instruction_set.hpp"
#include "model/linear_attention.hpp"
#include "random_laws.hpp"
#include "risk/enumerated_population.hpp"
#include "risk/free_contractions.hpp"
#include "risk/full_population.hpp"
#include "support/catch.hpp"
#include "support/gradient_check.hpp"

using namespace flowsweep;
using namespace flowsweep::test;

namespace {

// Sums of up to 1e6 terms of order one in double precision.
constexpr double brute_force_tolerance = 1e-12;
// Two orders of summation of the same few thousand terms.
constexpr double rounding = 1e-12;

double relative_error(double value, double expected) {
  return std::abs(value - expected) / std::max(1.0, std::abs(expected));
}

// Runs `check` with every instruction set of this machine.
template <class Check>
void with_every_instruction_set(Check check) {
  for (const auto set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (set > detected_instruction_set()) continue;
    set_active_instruction_set(set);
    CAPTURE(name(set));
    check();
  }
  set_active_instruction_set(detected_instruction_set());
}

void check_against(Differentiable& risk, std::span<const double> theta, const RiskAndGradient& expected,
                   double tolerance) {
  std::vector<double> gradient(theta.size());
  CHECK(relative_error(risk.gradient(theta, gradient), expected.risk) <= tolerance);
  CHECK(largest_difference(gradient, expected.gradient) <= tolerance);
}

void compare_with_brute_force(const distribution::Law& law, const std::vector<Atom>& atoms, int context,
                              CounterRng& rng) {
  const auto d = static_cast<std::size_t>(law.dimension());
  const auto theta = random_vector(rng, 6 * d * d, 0.5);
  const RiskAndGradient expected = brute_force_full(atoms, context, theta);
  CAPTURE(d, context);
  risk::EnumeratedPopulationRisk listed(law, context);
  check_against(listed, theta, expected, brute_force_tolerance);
  if (!risk::has_free_contractions(law)) return;
  with_every_instruction_set([&] {
    risk::FullPopulationRisk contracted(law, context);
    check_against(contracted, theta, expected, brute_force_tolerance);
  });
}

}  // namespace

TEST_CASE("the risk in all blocks equals brute force over all phases", "[full-population]") {
  CounterRng rng(20261122, 11);
  INFO("seed 20261122");
  for (const bool identical : {false, true}) {
    for (const int context : {3, 4, 5, 6}) {
      const auto law = random_law(rng, 2, 2, identical);
      compare_with_brute_force(*law, law->atoms(), context, rng);
    }
    const auto cubic = random_law(rng, 3, 1, identical);
    compare_with_brute_force(*cubic, cubic->atoms(), 3, rng);
    compare_with_brute_force(*cubic, cubic->atoms(), 4, rng);
    const auto scalar = random_law(rng, 1, 3, identical);
    compare_with_brute_force(*scalar, scalar->atoms(), 6, rng);
  }
}

TEST_CASE("independent coordinates without odd moments, not identical, equal brute force",
          "[full-population]") {
  CounterRng rng(20261122, 12);
  INFO("seed 20261122");
  for (const int context : {3, 4, 5, 6}) {
    const auto law = symmetric_law(rng, 2);
    REQUIRE(risk::has_free_contractions(*law));
    compare_with_brute_force(*law, law->atoms(), context, rng);
  }
  const auto law = symmetric_law(rng, 3);
  compare_with_brute_force(*law, law->atoms(), 3, rng);
}

TEST_CASE("a correlated law equals brute force, term by term", "[full-population]") {
  CounterRng rng(20261122, 13);
  INFO("seed 20261122");
  for (const auto& [d, context] : {std::pair{2, 5}, {3, 3}}) {
    const CorrelatedLaw law = random_correlated_law(rng, d, 3);
    compare_with_brute_force(law, law.atoms(), context, rng);
  }
}

#include <algorithm>
#include <cmath>

#include "brute_force_full.hpp"
#include "core/instruction_set.hpp"
#include "model/linear_attention.hpp"
#include "random_laws.hpp"
#include "risk/enumerated_population.hpp"
#include "risk/free_contractions.hpp"
#include "risk/full_population.hpp"
#include "risk/population.hpp"
#include "support/catch.hpp"
#include "support/gradient_check.hpp"
#include "support/wrong_gradient.hpp"

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

namespace {

// Its block P1 or Q21 in (B, A), from the layout of all blocks.
std::vector<double> two_blocks(std::span<const double> theta, std::size_t d) {
  std::vector<double> ba(2 * d * d);
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j) {
      ba[d * i + j] = theta[model::p1_index(d, i, j) / 2];
      ba[d * d + d * i + j] = theta[model::q21_index(d, i, j) / 2];
    }
  return ba;
}
std::vector<double> embedded(std::span<const double> ba, std::size_t d) {
  std::vector<double> theta(6 * d * d, 0.0);
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j) {
      theta[model::p1_index(d, i, j) / 2] = ba[d * i + j];
      theta[model::q21_index(d, i, j) / 2] = ba[d * d + d * i + j];
    }
  return theta;
}

std::shared_ptr<const distribution::Law> shipped_law(const std::string& name, int dimension) {
  const double scale = 0.8;
  return distribution::find_family(name)->make(dimension, {&scale, 1});
}

}  // namespace

TEST_CASE("where the other blocks are 0 the risk is that of (B, A), and they have no gradient",
          "[full-population]") {
  CounterRng rng(20261122, 14);
  INFO("seed 20261122");
  for (const std::string law : {"gaussian", "full-one", "skewed", "sparse"})
    for (const int dimension : {1, 2, 5, 9})
      for (const std::int64_t context : {3, 4, 100, 1000000}) {
        const auto d = static_cast<std::size_t>(dimension);
        const auto ba = random_vector(rng, 2 * d * d, 0.5);
        const auto theta = embedded(ba, d);
        risk::PopulationRisk two(shipped_law(law, dimension), context);
        risk::FullPopulationRisk all(*shipped_law(law, dimension), context);
        std::vector<double> expected(ba.size()), gradient(theta.size());
        const double size = two.gradient(ba, expected);
        CAPTURE(law, dimension, context);
        CHECK(relative_error(all.gradient(theta, gradient), size) <= rounding);
        CHECK(largest_difference(two_blocks(gradient, d), expected) <= rounding);
        for (double& entry : expected) entry = 0;
        const auto others = embedded(two_blocks(gradient, d), d);
        CHECK(std::ranges::equal(gradient, others));
      }
}

TEST_CASE("the other blocks never lower the risk, and their signs come in one symmetry",
          "[full-population]") {
  CounterRng rng(20261122, 15);
  INFO("seed 20261122");
  for (const std::string law : {"gaussian", "full-one", "skewed", "rademacher"})
    for (int repetition = 0; repetition < 20; ++repetition) {
      const std::size_t d = 3;
      auto theta = random_vector(rng, 6 * d * d, repetition < 10 ? 0.1 : 1);
      risk::PopulationRisk two(shipped_law(law, 3), 7);
      risk::FullPopulationRisk all(*shipped_law(law, 3), 7);
      std::vector<double> ignored(theta.size()), ignored_two(2 * d * d);
      const double value = all.gradient(theta, ignored);
      CAPTURE(law, repetition);
      CHECK(value >= two.gradient(two_blocks(theta, d), ignored_two));
      for (std::size_t i = 0; i < d; ++i)
        for (std::size_t j = 0; j < d; ++j)
          for (const auto index : {model::p2_index, model::q11_index, model::q22_index})
            theta[index(d, i, j) / 2] *= -1;
      CHECK(relative_error(all.gradient(theta, ignored), value) <= rounding);
    }
}

TEST_CASE("the contracted risk equals the list of terms in higher dimensions", "[full-population]") {
  CounterRng rng(20261122, 16);
  INFO("seed 20261122");
  const auto compare = [&](const distribution::Law& law, std::int64_t context) {
    const auto d = static_cast<std::size_t>(law.dimension());
    risk::FullPopulationRisk contracted(law, context);
    risk::EnumeratedPopulationRisk listed(law, context);
    const auto theta = random_vector(rng, 6 * d * d, 0.3), direction = random_vector(rng, 6 * d * d, 1);
    RiskAndGradient expected{0, std::vector<double>(theta.size())};
    expected.risk = listed.gradient(theta, expected.gradient);
    CAPTURE(d, context);
    check_against(contracted, theta, expected, rounding);
    std::vector<double> product(theta.size()), listed_product(theta.size());
    contracted.hessian_product(theta, direction, product);
    listed.hessian_product(theta, direction, listed_product);
    CHECK(largest_difference(product, listed_product) <= rounding);
  };
  compare(*shipped_law("gaussian", 6), 9);
  compare(*shipped_law("sphere", 4), 30);
  compare(*shipped_law("skewed", 5), 9);
  compare(*shipped_law("full-one", 4), 1000000);
  compare(*symmetric_law(rng, 5), 12);
}

TEST_CASE("full-population gradients and Hessian products pass the gradient check; a wrong gradient does not",
          "[full-population]") {
  CounterRng rng(20261122, 17);
  INFO("seed 20261122");
  with_every_instruction_set([&] {
    for (const int dimension : {1, 2, 3, 8, 9})
      for (const std::string law : {"gaussian", "skewed"}) {
        risk::FullPopulationRisk risk(*shipped_law(law, dimension), 12);
        const auto theta = random_vector(rng, risk.size(), 0.2);
        CAPTURE(dimension, law);
        if (dimension < 8) CHECK(check_gradient(risk, theta).within(CheckTolerance{}.gradient));
        CHECK(check_hessian_product(risk, theta, random_vector(rng, risk.size(), 1))
                  .within(CheckTolerance{}.hessian_product));
      }
  });
  // Where the number of rows is not known at compile time, once.
  risk::FullPopulationRisk large(*shipped_law("skewed", 9), 12);
  CHECK(check_gradient(large, random_vector(rng, large.size(), 0.2)).within(CheckTolerance{}.gradient));
  const std::size_t d = 3;
  risk::FullPopulationRisk risk(*shipped_law("gaussian", 3), 12);
  const auto theta = random_vector(rng, risk.size(), 0.3);
  for (const auto& [first, last] :
       {std::pair{0 * d, 2 * d * d}, {2 * d * d, 4 * d * d}, {4 * d * d, 6 * d * d}}) {
    WrongGradient wrong(risk, scaled_components(first, last, 1.001));
    CHECK_FALSE(check_gradient(wrong, theta).within(CheckTolerance{}.gradient));
  }
}

TEST_CASE("laws that the contraction does not serve are listed term by term", "[full-population]") {
  CounterRng rng(20261122, 18);
  const CorrelatedLaw correlated = random_correlated_law(rng, 2, 3);
  CHECK_FALSE(risk::has_free_contractions(correlated));
  CHECK_THROWS_AS(risk::FullPopulationRisk(correlated, 5), std::invalid_argument);
  CHECK(risk::full_population_risk(correlated, 5)->size() == 24);
  CHECK_FALSE(risk::has_free_contractions(*random_law(rng, 2, 2, false)));
  CHECK_THROWS_AS(risk::FullPopulationRisk(*shipped_law("gaussian", 2), 2), std::invalid_argument);
  CHECK(risk::enumerated_terms(10) <= risk::most_enumerated_terms);
  CHECK(risk::enumerated_terms(11) > risk::most_enumerated_terms);
}

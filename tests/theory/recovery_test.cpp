#include "theory/recovery.hpp"

#include <string>
#include <vector>

#include "settings.hpp"
#include "support/catch.hpp"
#include "theory/assumptions.hpp"

using namespace flowsweep;
using namespace flowsweep::theory;

namespace {

constexpr double rounding = 1e-13;

struct Expected {
  const char* family;
  int dimension;
  std::vector<double> parameters;
  double gap;  ///< the value listed in docs/theory/mesa.md
};

const Expected listed[] = {
    {"gaussian", 1, {2}, 2. / 5},
    {"gaussian", 5, {0.5}, 2. / 5},
    {"bernoulli-gaussian", 5, {1, 0.1}, 2. / 5},
    {"laplace", 3, {1}, 3. / 5},
    {"uniform", 4, {3}, 4. / 25},
    {"sphere", 1, {2}, 0},
    {"sphere", 6, {2}, 2. * 5 / (5 * 8)},
    {"student-t", 3, {1, 10}, 2. * 9 / (5 * 6)},
    {"rademacher", 5, {2}, 0},
    {"bernoulli-rademacher", 5, {2, 0.01}, 0},
    {"sparse", 5, {2}, 0},
    {"two-point", 2, {2, 0.5}, 0},
};

std::shared_ptr<const distribution::Law> law_of(const Expected& row) {
  const auto* family = distribution::find_family(row.family);
  REQUIRE(family != nullptr);
  // Parameters are given as scale, then the shape; families may order them otherwise.
  std::vector<double> ordered;
  for (const auto& parameter : family->parameters)
    ordered.push_back(parameter.key == "scale" ? row.parameters[0] : row.parameters[1]);
  return family->make(row.dimension, ordered);
}

}  // namespace

TEST_CASE("the recovery gap of each law has its listed value", "[recovery]") {
  for (const Expected& row : listed) {
    CAPTURE(row.family, row.dimension);
    const auto law = law_of(row);
    CHECK(recovery_gap(*law) == Approx(row.gap).margin(rounding));
    // Both forms of Assumption 4.2 agree with it.
    CHECK((support_margin(*law) >= 0) == (row.gap == 0));
    CHECK((convergence_margin(*law) >= 0) == (row.gap == 0));
  }
}

TEST_CASE("at a finite training context exact recovery needs one coordinate at a time", "[recovery]") {
  CHECK(exact_recovery_margin(test::setting_of("sparse", 5, 10)) >= 0);
  CHECK(exact_recovery_margin(test::setting_of("rademacher", 1, 10)) >= 0);
  CHECK(exact_recovery_margin(test::setting_of("rademacher", 2, 10)) < -0.01);
  CHECK(exact_recovery_margin(test::setting_of("rademacher", 2, 100000)) < -1e-10);
  CHECK(exact_recovery_margin(test::setting_of("gaussian", 1, 10)) < -0.3);
}

TEST_CASE("no step size leaves less than the gap", "[recovery]") {
  for (const Expected& row : listed) {
    const auto law = law_of(row);
    const Kappas k = kappas(*law, 0);
    for (const double stretch : {0.0, 0.5, 0.99, 1.01, 2.0}) {
      CAPTURE(row.family, stretch);
      const double u = stretch * k.kappa1 / k.kappa2;
      CHECK(unexplained_energy(*law, u) > row.gap);
      // Short tests leave more still, by exactly the interference of the other coordinates.
      CHECK(unexplained_energy(*law, u, 5) ==
            Approx(unexplained_energy(*law, u) + u * u * k.kappa3 / (4 * mean_square(*law))));
    }
  }
}

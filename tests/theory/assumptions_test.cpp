#include "theory/assumptions.hpp"

#include <cmath>
#include <limits>

#include "finite_laws.hpp"
#include "settings.hpp"
#include "support/catch.hpp"
#include "theory/mesa_spectrum.hpp"

using namespace flowsweep;
using namespace flowsweep::theory;

namespace {

// Which conditions a law meets; the contexts do not matter to any of the shipped ones.
struct Expected {
  const char* family;
  std::vector<double> shape;  // parameters after the scale
  bool single_powers, equal_kappas, invariant, symmetric;
};

const Expected shipped[] = {
    {"gaussian", {}, true, true, true, true},
    {"sparse", {}, true, true, true, true},
    {"rademacher", {}, true, true, true, true},
    {"uniform", {}, true, true, true, true},
    {"full-one", {}, false, true, false, false},
    {"skewed", {}, true, true, false, false},
    {"laplace", {}, true, true, true, true},
    {"sphere", {}, true, true, true, true},
    {"bernoulli-rademacher", {0.3}, true, true, true, true},
    {"bernoulli-gaussian", {0.01}, true, true, true, true},
    {"student-t", {6.5}, true, true, true, true},
    {"two-point", {0.3}, true, true, false, false},
    {"two-point", {0.5}, true, true, true, true},
    {"equicorrelated-gaussian", {0.5}, false, true, false, false},
    {"equicorrelated-gaussian", {-0.1}, false, true, false, false},
    {"equicorrelated-gaussian", {0}, true, true, true, true},
};

MesaSetting setting_of(const Expected& law, int d, std::int64_t context, double scale = 1) {
  std::vector<double> parameters = {scale};
  parameters.insert(parameters.end(), law.shape.begin(), law.shape.end());
  return test::setting_of(distribution::find_family(law.family)->make(d, parameters), context);
}

std::shared_ptr<const distribution::Law> make(const char* family, int d,
                                              const std::vector<double>& parameters) {
  return distribution::find_family(family)->make(d, parameters);
}

}  // namespace

TEST_CASE("each shipped law meets the conditions that the theory says it does", "[assumptions]") {
  for (const Expected& law : shipped)
    for (const int d : {2, 3, 5, 8})
      for (const std::int64_t context : {3, 10, 1000000})
        for (const double scale : {1e-3, 1.0, 40.0}) {
          const MesaSetting setting = setting_of(law, d, context, scale);
          CAPTURE(law.family, law.shape, d, context, scale);
          CHECK((single_power_margin(*setting.law) >= 0) == law.single_powers);
          CHECK((equal_kappas_margin(*setting.law) >= 0) == law.equal_kappas);
          CHECK((invariance_margin(setting) >= 0) == law.invariant);
          CHECK(coordinatewise_symmetric(*setting.law) == law.symmetric);
        }
}

TEST_CASE("shifted, anisotropic and finite laws meet what their moments say", "[assumptions]") {
  const auto sums = risk::context_sums(10);
  CHECK(single_power_offence(*make("shifted-gaussian", 3, {1, 0})).violation == 0);
  // The worst of sigma = .1, mu = 1 is near v = (1, .., 1): every moment of degree n is about s^n.
  CHECK(single_power_offence(*make("shifted-gaussian", 3, {0.1, 1})).violation == Approx(1).margin(0.2));
  CHECK(invariance_offence(*make("shifted-gaussian", 3, {1, 0.1}), sums).violation > 0.1);

  const auto anisotropic = make("anisotropic-gaussian", 4, {0.5, 1.5});
  CHECK(single_power_offence(*anisotropic).violation == 0);
  const Offence kappas = equal_kappas_offence(*anisotropic);
  CHECK(kappas.moment == "kappa2 at j = 4");
  CHECK(kappas.value == Approx(15 * std::pow(1.5, 6)));
  CHECK(kappas.demanded == Approx(15 * std::pow(0.5, 6)));
  CHECK(kappas.violation == Approx(728));  // 3^6 - 1
  CHECK(equal_kappas_offence(*make("anisotropic-gaussian", 4, {0.5, 0.5})).violation == 0);
  CHECK(equal_kappas_offence(*make("anisotropic-gaussian", 1, {0.5, 1.5})).violation == 0);

  const auto even = make("signed-pairs", 2, {1, 1, 2, 1, 2, 1, 1});
  CHECK(single_power_offence(*even).violation == 0);
  CHECK(equal_kappas_offence(*even).violation == 0);
  CHECK(invariance_offence(*even, sums).violation == 0);
}

TEST_CASE("an offence names the moment, its value and its relative size", "[assumptions]") {
  const auto sums = risk::context_sums(10);
  const Offence skewed = invariance_offence(*make("skewed", 2, {2}), sums);
  CHECK(skewed.moment == "E v_1^3 v_2^3");
  CHECK(skewed.value == Approx(4 * 64));
  CHECK(skewed.violation == Approx(4));
  const Offence correlated = single_power_offence(*make("equicorrelated-gaussian", 2, {2, 0.5}));
  CHECK(correlated.moment == "E v_1 v_2^5");
  CHECK(correlated.value == Approx(15 * 0.5 * 64));
  const Offence columns = invariance_offence(*test::unequal_columns(), sums);
  CHECK(columns.moment.starts_with("H0 kappa2 + H1 sum_r E v_j^4 v_r^2 at j = "));
}

TEST_CASE("in one dimension the diagonal set is everything", "[assumptions]") {
  for (const Expected& law : shipped) {
    CAPTURE(law.family);
    CHECK(invariance_margin(setting_of(law, 1, 10)) >= 0);
  }
  // E v_1 != 0 is itself a moment with power one.
  CHECK(single_power_margin(*test::setting_of("full-one", 1, 10).law) < 0);
  CHECK(single_power_margin(*test::setting_of("skewed", 1, 10).law) >= 0);
}

TEST_CASE("Assumption 4.1 as encoded here does not imply an invariant diagonal set", "[assumptions]") {
  SECTION("equal row sums, unequal column sums") {
    // The law's constants are given to ten digits, hence its kappas agree to about that.
    constexpr double digits = 1e-8;
    const MesaSetting setting = test::setting_of(test::unequal_columns(), 5, 0.3, 0.3);
    CHECK(single_power_margin(*setting.law) >= 0);
    CHECK(equal_kappas_margin(*setting.law) >= -digits);
    CHECK(invariance_margin(setting) < -0.05);
    CHECK(predicted_limit(setting).product == Approx(0.23232).margin(5e-6));
  }
  SECTION("zero third moments, coupled cubes") {
    const MesaSetting setting = test::setting_of(test::coupled_cubes(), 5, 0.2, 0.3);
    CHECK(equal_kappas_margin(*setting.law) >= 0);
    CHECK(invariance_margin(setting) < -0.1);
    CHECK(!coordinatewise_symmetric(*setting.law));
  }
}

TEST_CASE("laws outside Assumption 4.1 show negative margins of their size", "[assumptions]") {
  const auto aniso = test::anisotropic();
  CHECK(single_power_margin(*aniso) >= 0);
  CHECK(equal_kappas_margin(*aniso) < -1);  // kappa1 differs by a factor of 81
  CHECK(invariance_margin(test::setting_of(aniso, 6)) < -1);

  const auto shifted = test::shifted_signs(3, 0.1);
  // E v_1 / sqrt(E v^2) = .1 / sqrt(1.01) is not the largest of the offending moments.
  CHECK(single_power_margin(*shifted) < -0.09);
  CHECK(invariance_margin(test::setting_of(shifted, 10)) < 0);
  CHECK(!coordinatewise_symmetric(*shifted));
}

TEST_CASE("a mixed moment of three coordinates is seen", "[assumptions]") {
  const auto law = test::triple_sign();
  CHECK(single_power_margin(*law) == Approx(moment_tolerance - 1));
  CHECK(!coordinatewise_symmetric(*law));
}

TEST_CASE("Assumption 3.1: both scales positive, everything else zero", "[assumptions]") {
  MesaSetting setting = test::setting_of("gaussian", 3, 10);
  const auto margin = [&](double a0, double b0) {
    setting.a0 = a0;
    setting.b0 = b0;
    return diagonal_start_margin(setting);
  };
  CHECK(margin(0.1, 0.2) == 0.1);
  CHECK(margin(0.2, -0.1) == -0.1);
  CHECK(margin(1e-200, 1) > 0);
  // The assumption is strict: at a0 = 0 it does not hold, and a margin of 0 would count as inside.
  CHECK(margin(0, 0.1) < 0);
  CHECK(margin(0, 0) < 0);
  setting.diagonal_start = false;
  setting.perturbation = 0.25;
  CHECK(margin(0.1, 0.2) == -0.25);
}

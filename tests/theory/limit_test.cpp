#include <cmath>

#include "settings.hpp"
#include "support/catch.hpp"
#include "theory/mesa_setting.hpp"

using namespace flowsweep;
using namespace flowsweep::theory;

namespace {

constexpr double six_digits = 5e-7;  // absolute: figures quoted to six decimals
constexpr double rounding = 1e-13;

double product(const char* family, int d, std::int64_t context, double scale) {
  return predicted_limit(test::setting_of(family, d, context, scale)).product;
}

}  // namespace

TEST_CASE("limits predicted for the published settings, d = 5, T = 100", "[limit]") {
  CHECK(product("gaussian", 5, 100, 0.5) == Approx(0.767620).margin(six_digits));
  CHECK(product("gaussian", 5, 100, 1) == Approx(0.191905).margin(six_digits));
  CHECK(product("gaussian", 5, 100, 2) == Approx(0.047976).margin(six_digits));
  CHECK(product("sparse", 5, 100, 0.5) == Approx(4).epsilon(rounding));
  CHECK(product("sparse", 5, 100, 1) == Approx(1).epsilon(rounding));
  CHECK(product("sparse", 5, 100, 2) == Approx(0.25).epsilon(rounding));
  // The masked full-one flow: 1 / (1 + (d-1) H1/(T-2)).
  CHECK(product("full-one", 5, 100, 1) == Approx(0.825826).margin(six_digits));
}

TEST_CASE("the predicted limit follows its formula for every law", "[limit]") {
  for (const int d : {1, 2, 7})
    for (const int context : {3, 4, 30}) {
      double h1 = 0;
      for (int t = 2; t < context; ++t) h1 += 1.0 / (t - 1);
      const double ratio = (d - 1) * h1 / (context - 2), s = 1.3;
      CAPTURE(d, context);
      CHECK(product("gaussian", d, context, s) == Approx(1 / (s * s * (5 + ratio))).epsilon(rounding));
      CHECK(product("rademacher", d, context, s) == Approx(1 / (s * s * (1 + ratio))).epsilon(rounding));
      CHECK(product("uniform", d, context, s) ==
            Approx(0.2 / (s * s * (1.0 / 7 + ratio / 15))).epsilon(rounding));
      CHECK(product("skewed", d, context, s) == Approx(9 / (s * s * (265 + 9 * ratio))).epsilon(rounding));
      CHECK(product("sparse", d, context, s) == Approx(1 / (s * s)).epsilon(rounding));
    }
}

TEST_CASE("for long contexts the gaussian limit tends to 1/(5 sigma^2)", "[limit]") {
  CHECK(product("gaussian", 5, 1000000000000, 1) == Approx(0.2).epsilon(1e-9));
}

TEST_CASE("limit weights have the product and the conserved difference", "[limit]") {
  for (const double c : {1e-8, 0.19, 1.0, 3e5})
    for (const double delta : {0.0, 1e-3, -1e-3, 2.0, -2.0, 1e8, -1e8}) {
      const LimitWeights w = limit_weights(c, delta);
      CAPTURE(c, delta, w.a, w.b);
      CHECK(w.a > 0);
      CHECK(w.b > 0);
      CHECK(w.a * w.b == Approx(c).epsilon(rounding));
      CHECK(std::abs(w.a * w.a - w.b * w.b - delta) <= rounding * (w.a * w.a + w.b * w.b));
    }
  CHECK(limit_weights(0.25, 0).a == 0.5);
}

TEST_CASE("kappa3 is a row sum", "[limit]") {
  const double scale = 1;
  const auto law = distribution::find_family("skewed")->make(4, {&scale, 1});
  const Kappas k = kappas(*law, 2);
  CHECK(k.kappa1 == 9);
  CHECK(k.kappa2 == 265);
  CHECK(k.kappa3 == 27);
}

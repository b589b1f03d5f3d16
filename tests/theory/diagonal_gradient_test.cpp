#include "theory/mesa_diagonal_gradient.hpp"

#include <cmath>

#include "risk/brute_force.hpp"
#include "settings.hpp"
#include "support/catch.hpp"
#include "theory/mesa_limit_risk.hpp"
#include "theory/recovery.hpp"

using namespace flowsweep;
using namespace flowsweep::theory;

namespace {

constexpr double rounding = 1e-12;  // of sums over up to 10^4 phases and atoms, relative

using Coordinates = std::vector<test::FiniteProductLaw::Coordinate>;

// Odd moments, and a law of its own for each coordinate: every term of the formulas is there.
const Coordinates lopsided = {
    {{2, -1}, {1. / 3, 2. / 3}}, {{1.5, -0.5}, {0.4, 0.6}}, {{0.7, -1.9}, {0.5, 0.5}}};

std::shared_ptr<test::FiniteProductLaw> law(int d) {
  return std::make_shared<test::FiniteProductLaw>(Coordinates(lopsided.begin(), lopsided.begin() + d));
}

struct Case {
  int dimension, context;
};
constexpr Case cases[] = {{1, 3}, {1, 6}, {2, 3}, {2, 5}, {3, 3}, {3, 4}};

}  // namespace

TEST_CASE("the gradient on the diagonal set is that of the definition", "[diagonal-gradient]") {
  constexpr double a = 0.3, b = -0.7;
  for (const auto [d, context] : cases) {
    const auto shared = law(d);
    const auto exact = test::brute_force(shared->atoms(), context, risk::diagonal_start(d, a, b));
    const std::vector<double> stated = diagonal_gradient(test::setting_of(shared, context), a, b);
    REQUIRE(stated.size() == exact.gradient.size());
    for (std::size_t k = 0; k < stated.size(); ++k) {
      CAPTURE(d, context, k);
      CHECK(std::abs(stated[k] - exact.gradient[k]) <= rounding * context);
    }
    // Another point of the set has another gradient: the comparison can fail.
    CHECK(std::abs(diagonal_gradient(test::setting_of(shared, context), a, b + 1e-6)[0] - exact.gradient[0]) >
          1e-8);
  }
}

TEST_CASE("the part off the set is what is left of the entries' means", "[diagonal-gradient]") {
  CHECK(normal_norm(std::vector<double>{1, 0, 0, 1, 5, 0, 0, 5}, 2) == 0);
  CHECK(normal_norm(std::vector<double>{1, 3, 0, 1, 5, 0, -4, 5}, 2) == 5);
  CHECK(normal_norm(std::vector<double>{2, 0, 0, 0, 5, 0, 0, 5}, 2) == Approx(std::sqrt(2)));
  CHECK(normal_norm(std::vector<double>{3, -8}, 1) == 0);
}

TEST_CASE("the two-point law of discrepancy 1 leaves the set as stated", "[diagonal-gradient]") {
  const auto two_point =
      std::make_shared<test::FiniteProductLaw>(Coordinates(2, {{2, -1}, {1. / 3, 2. / 3}}), true);
  // d = 2, T = 5, a = .2, b = .3: H1 (E v^3)^2 a b^2 = 11/6 x 4 x .2 x .09 in A.
  CHECK(diagonal_gradient(test::setting_of(two_point, 5), 0.2, 0.3)[5] == Approx(0.132).epsilon(1e-12));
}

TEST_CASE("test errors on the diagonal set are those of the definition", "[limit-risk]") {
  constexpr double a = 0.6, b = 0.45;
  for (const int d : {1, 2})
    for (const int step : {2, 3, 5}) {
      const auto shared = law(d);
      const std::vector<double> theta = risk::diagonal_start(d, a, b);
      const double before = step > 2 ? test::brute_force(shared->atoms(), step, theta).risk : 0;
      const double error = 2 * (test::brute_force(shared->atoms(), step + 1, theta).risk - before);
      CAPTURE(d, step);
      CHECK(step_error(*shared, a * b, step) == Approx(error).epsilon(1e-11));
      CHECK(step_error(*shared, a * b * 1.001, step) != Approx(error).epsilon(1e-6));
    }
}

TEST_CASE("the risk at the limit is the smallest on the diagonal set, by definition", "[limit-risk]") {
  const auto signs = std::make_shared<test::FiniteProductLaw>(
      Coordinates(2, {{1.5, -1.5, 0.5, -0.5}, {0.1, 0.1, 0.4, 0.4}}), true);
  for (const int context : {3, 5}) {
    const MesaSetting setting = test::setting_of(signs, context);
    const double c = predicted_limit(setting).product;
    const auto risk_at = [&](double product) {
      return test::brute_force(signs->atoms(), context, risk::diagonal_start(2, product, 1)).risk;
    };
    CAPTURE(context);
    CHECK(limit_risk(setting) == Approx(risk_at(c)).epsilon(1e-12));
    CHECK(risk_at(c + 1e-3) > limit_risk(setting));
    CHECK(risk_at(c - 1e-3) > limit_risk(setting));
    CHECK(initial_energy(*signs) == Approx(2 * (0.2 * 2.25 + 0.8 * 0.25)));
  }
}

#include "theory/mesa_trajectory.hpp"

#include <array>
#include <cmath>

#include "risk/population.hpp"
#include "settings.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::theory;

namespace {

// The reference takes 32000 steps of a fourth-order method over a few time constants. Its error, the largest
// seen at half the steps over 16 plus accumulated rounding, is below 1e-12.
constexpr int reference_steps = 32000;
constexpr double reference_error = 5e-12;

using State = std::array<double, 2>;

// a' = -b (S2 ab - S1), b' = -a (S2 ab - S1): the flow of the risk per dimension on the diagonal set.
State velocity(const PredictedLimit& limit, const State& s) {
  const double slope = limit.s2 * s[0] * s[1] - limit.s1;
  return {-s[1] * slope, -s[0] * slope};
}

State step(const PredictedLimit& limit, const State& s, double h) {
  const auto moved = [&s](const State& k, double by) { return State{s[0] + by * k[0], s[1] + by * k[1]}; };
  const State k1 = velocity(limit, s), k2 = velocity(limit, moved(k1, h / 2));
  const State k3 = velocity(limit, moved(k2, h / 2)), k4 = velocity(limit, moved(k3, h));
  return {s[0] + h / 6 * (k1[0] + 2 * k2[0] + 2 * k3[0] + k4[0]),
          s[1] + h / 6 * (k1[1] + 2 * k2[1] + 2 * k3[1] + k4[1])};
}

void compare(const PredictedLimit& limit, double a0, double b0) {
  // Six time constants of the linearised flow at the limit, or of the escape from the saddle.
  const double end = 6 / limit.s1;
  State s = {a0, b0};
  double largest = 0;
  for (int k = 0; k < reference_steps; ++k) {
    s = step(limit, s, end / reference_steps);
    largest = std::max(largest,
                       std::abs(exact_product(limit, a0, b0, end * (k + 1) / reference_steps) - s[0] * s[1]));
  }
  CAPTURE(a0, b0, limit.s1, limit.s2);
  CHECK(largest <= reference_error * std::max(1.0, limit.product));
}

}  // namespace

TEST_CASE("the closed form equals brute integration, opposite signs included", "[trajectory]") {
  const double starts[][2] = {{0.1, 0.1}, {0.5, 1.5}, {2, 2},      {1e-3, 2e-3}, {0.3, -0.1}, {-0.3, 0.1},
                              {-1, -0.2}, {0, 0.4},   {1.2, -1.1}, {-0.7, 0.71}, {0.4, 0}};
  for (const PredictedLimit& limit :
       {PredictedLimit{3, 5, 0.6}, PredictedLimit{1, 1, 1}, PredictedLimit{2, 0.5, 4}})
    for (const auto& start : starts) compare(limit, start[0], start[1]);
}

TEST_CASE("the scalar flow is the population gradient on the diagonal set", "[trajectory]") {
  for (const char* family : {"gaussian", "sparse", "rademacher", "uniform"})
    for (const int d : {1, 2, 5}) {
      const MesaSetting setting = test::setting_of(family, d, 9, 1.2);
      const PredictedLimit limit = predicted_limit(setting);
      risk::PopulationRisk risk(setting.law, setting.context);
      std::vector<double> gradient(risk.size());
      const double a = 0.4, b = 0.3;
      risk.gradient(risk::diagonal_start(d, a, b), gradient);
      const State v = velocity(limit, {a, b});
      const double size = std::abs(v[0]) + std::abs(v[1]);
      CAPTURE(family, d);
      for (int i = 0; i < d; ++i)
        for (int j = 0; j < d; ++j) {
          CHECK(std::abs(gradient[d * i + j] + (i == j ? v[1] : 0)) <= 1e-13 * size);
          CHECK(std::abs(gradient[d * (d + i) + j] + (i == j ? v[0] : 0)) <= 1e-13 * size);
        }
    }
}

TEST_CASE("the closed form starts at the start and ends at the limit", "[trajectory]") {
  const PredictedLimit limit{3, 5, 0.6};
  for (const auto& [a0, b0] : {std::pair{0.1, 0.1}, {0.5, 1.5}, {0.3, -0.2}, {-0.6, -0.1}}) {
    CAPTURE(a0, b0);
    CHECK(exact_product(limit, a0, b0, 0) == Approx(a0 * b0).epsilon(1e-13));
    CHECK(exact_product(limit, a0, b0, 1e6) == Approx(0.6).epsilon(1e-13));
  }
  CHECK(exact_product(limit, std::sqrt(0.6), std::sqrt(0.6), 3) == Approx(0.6).epsilon(1e-13));
}

TEST_CASE("times are the closed form's, solved for the time", "[trajectory]") {
  const PredictedLimit limit{3, 5, 0.6};
  for (const auto& [a0, b0] :
       {std::pair{0.1, 0.1}, {0.5, 1.5}, {2.0, 2.0}, {0.3, -0.2}, {-0.6, -0.1}, {0.0, 0.3}})
    for (const double fraction : {0.99, 0.5, 1e-3}) {
      const double time = exact_time(limit, a0, b0, fraction);
      const double expected = 0.6 + (a0 * b0 - 0.6) * fraction;
      CAPTURE(a0, b0, fraction, time);
      CHECK(time > 0);
      CHECK(exact_product(limit, a0, b0, time) == Approx(expected).margin(1e-13));
    }
  // From a small balanced start: ln((c/u0 - 1)/(c/u - 1)) / (2 S1).
  CHECK(exact_time(limit, 1e-9, 1e-9, 0.5) == Approx(std::log(0.6e18) / 6).epsilon(1e-13));
}

TEST_CASE("the product's velocity and the path into the saddle are those of the flow", "[trajectory]") {
  const PredictedLimit limit{3, 5, 0.6};
  for (const State start : {State{0.4, 0.7}, State{1.2, -0.3}}) {
    const State v = velocity(limit, start);
    const double delta = start[0] * start[0] - start[1] * start[1];
    // a^2 + b^2 = sqrt(delta^2 + 4 u^2) whatever the signs.
    CHECK(product_velocity(limit, delta, start[0] * start[1]) ==
          Approx(v[0] * start[1] + v[1] * start[0]).epsilon(1e-13));
  }
  State s = {0.8, -0.8};
  for (int k = 0; k < 1000; ++k) s = step(limit, s, 1e-3);
  CHECK(saddle_square(limit, 0.8, 1) == Approx(s[0] * s[0]).epsilon(1e-10));
  CHECK(saddle_square(limit, 0.8, 0) == Approx(0.64).epsilon(1e-15));
}

#include <algorithm>
#include <cmath>

#include "flow/dormand_prince.hpp"
#include "flow/problems.hpp"
#include "support/catch.hpp"

namespace {

using namespace flowsweep;
using namespace flowsweep::test;
using flow::Integrator;

/// Fitted log-log slopes may differ from the order by this: the next term of the error is visible.
constexpr double slope_tolerance = 0.4;

/// Slope of the least-squares line through (log x, log y).
double slope(const std::vector<double>& x, const std::vector<double>& y) {
  double mx = 0, my = 0, xy = 0, xx = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mx += std::log(x[i]) / static_cast<double>(x.size());
    my += std::log(y[i]) / static_cast<double>(x.size());
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (std::log(x[i]) - mx) * (std::log(y[i]) - my);
    xx += (std::log(x[i]) - mx) * (std::log(x[i]) - mx);
  }
  return xy / xx;
}

/// L = theta^4 / 4: theta(t) = 1 / sqrt(1 + 2 t) from 1.
Custom quartic() {
  return Custom(1, [](std::span<const double> theta, std::span<double> gradient) {
    gradient[0] = std::pow(theta[0], 3);
    return std::pow(theta[0], 4) / 4;
  });
}
double quartic_solution(double t) {
  return 1 / std::sqrt(1 + 2 * t);
}

/// L = -cos theta: tan(theta(t) / 2) = tan(1/2) exp(-t) from 1. Unlike the quartic, whose leading error term
/// is so small that steps of 0.1 still show order 6.5, it shows the asymptotic order early.
Custom pendulum() {
  return Custom(1, [](std::span<const double> theta, std::span<double> gradient) {
    gradient[0] = std::sin(theta[0]);
    return -std::cos(theta[0]);
  });
}
double pendulum_solution(double t) {
  return 2 * std::atan(std::tan(0.5) * std::exp(-t));
}

}  // namespace

TEST_CASE("Dormand-Prince converges with order 5") {
  Custom risk = pendulum();
  std::vector<double> steps, errors;
  for (int n : {5, 8, 12, 18, 27, 40}) {
    flow::Field field(risk);
    flow::DormandPrinceStep scheme(field, std::vector<double>{1.0});
    for (int k = 0; k < n; ++k) {
      REQUIRE(scheme.attempt(2.0 / n));
      scheme.accept();
    }
    steps.push_back(2.0 / n);
    errors.push_back(std::abs(scheme.theta()[0] - pendulum_solution(2)));
  }
  CAPTURE(errors);
  CHECK(std::abs(slope(steps, errors) - 5) < slope_tolerance);
}

TEST_CASE("The dense output of Dormand-Prince has local order 5") {
  Custom risk = quartic();
  std::vector<double> steps, errors;
  for (double h : {0.2, 0.14, 0.1, 0.07, 0.05}) {
    flow::Field field(risk);
    flow::DormandPrinceStep scheme(field, std::vector<double>{1.0});
    REQUIRE(scheme.attempt(h));
    scheme.accept();
    double middle = 0;
    scheme.interpolate(0.4, {&middle, 1});
    steps.push_back(h);
    errors.push_back(std::abs(middle - quartic_solution(0.4 * h)));
  }
  CAPTURE(errors);
  CHECK(std::abs(slope(steps, errors) - 5) < slope_tolerance);
}

TEST_CASE("Euler converges with order 1") {
  Custom risk = quartic();
  std::vector<double> steps, errors;
  for (int n : {20, 40, 80, 160}) {
    flow::Settings settings;
    settings.integrator = Integrator::euler;
    settings.steps = n;
    settings.step = 1.0 / n;
    const auto result = run(risk, {1.0}, settings);
    steps.push_back(settings.step);
    errors.push_back(std::abs(result.theta[0] - quartic_solution(1)));
  }
  CHECK(std::abs(slope(steps, errors) - 1) < slope_tolerance);
}

TEST_CASE("The error of the adaptive integrators follows the tolerance") {
  const auto integrator = GENERATE(Integrator::bdf, Integrator::adams, Integrator::dormand_prince);
  CAPTURE(name(integrator));
  Custom risk = quartic();
  std::vector<double> tolerances, errors;
  for (double tolerance : {1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9}) {
    flow::Settings settings;
    settings.integrator = integrator;
    settings.horizon = 3;
    settings.relative_tolerance = tolerance;
    settings.absolute_tolerance = 1e-2 * tolerance;
    tolerances.push_back(tolerance);
    errors.push_back(std::abs(run(risk, {1.0}, settings).theta[0] - quartic_solution(3)));
  }
  CHECK(std::abs(slope(tolerances, errors) - 1) < slope_tolerance);
}

TEST_CASE("Every integrator agrees with the exact solution of a quadratic, records included") {
  const auto integrator =
      GENERATE(Integrator::bdf, Integrator::adams, Integrator::dormand_prince, Integrator::euler);
  CAPTURE(name(integrator));
  Quadratic risk({0.5, 3});
  flow::Settings settings;
  settings.integrator = integrator;
  settings.horizon = 2;
  settings.step = 1e-4;
  settings.steps = 20000;
  const auto result = run(risk, {1.0, -2.0}, settings);
  CHECK(result.status == record::Status::horizon_reached);
  CHECK(result.flow_time == Approx(2));
  // Global error: tens of steps at 3e-10 each; Euler: h lambda^2 t / 2 of the value.
  const double tolerance = integrator == Integrator::euler ? 1e-4 : 1e-8;
  CHECK(std::abs(result.theta[0] - std::exp(-1)) < tolerance);
  CHECK(std::abs(result.theta[1] + 2 * std::exp(-6)) < tolerance);
  for (std::size_t k = 0; k < result.trajectory.flow_time.size(); ++k) {
    const double time = result.trajectory.flow_time[k];
    CHECK(std::abs(result.trajectory.values[k * Probe::columns + 3] - std::exp(-0.5 * time)) < tolerance);
  }
}

TEST_CASE("The balance of a two-layer flow drifts by less than 1e-8") {
  const auto integrator = GENERATE(Integrator::bdf, Integrator::adams, Integrator::dormand_prince);
  const auto seed = GENERATE(1u, 2u, 3u);
  CAPTURE(name(integrator), seed);
  const std::size_t d = 4;
  TwoLayer risk(d, 0);
  flow::Settings settings;
  settings.integrator = integrator;
  const auto result = run(risk, near_diagonal(d, 0.3, seed), settings);
  REQUIRE(result.status == record::Status::converged);
  const double size = flow::norm(result.theta);
  CHECK(std::abs(result.finals[4] - result.trajectory.values[4]) < 1e-8 * size * size);
}

#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <thread>

#include "flow/problems.hpp"
#include "support/catch.hpp"

namespace {

using namespace flowsweep;
using namespace flowsweep::test;
using flow::Integrator;
using record::Status;

flow::Settings settings_for(Integrator integrator) {
  flow::Settings settings;
  settings.integrator = integrator;
  settings.step = 0.01;
  settings.steps = 5000;
  return settings;
}

}  // namespace

TEST_CASE("converged: an exactly zero gradient at the start") {
  for (auto integrator : all) {
    CAPTURE(name(integrator));
    Quadratic risk({1, 2});
    const auto result = run(risk, {0.0, 0.0}, settings_for(integrator));
    CHECK(result.status == Status::converged);
    CHECK(result.steps == 0);
    CHECK(result.trajectory.flow_time == std::vector<double>{0.0});
    CHECK(result.finals.size() == Probe::columns);
  }
}

TEST_CASE("converged: the gradient met its tolerance before the horizon or the last step") {
  for (auto integrator : all) {
    CAPTURE(name(integrator));
    Quadratic risk({1, 2});
    const auto result = run(risk, {1.0, 1.0}, settings_for(integrator));
    CHECK(result.status == Status::converged);
    CHECK(result.gradient_norm <= 1e-12 * result.largest_gradient_norm);
    CHECK(result.flow_time == Approx(std::log(1e12 / std::sqrt(5.0))).epsilon(0.1));
  }
}

TEST_CASE("horizon-reached: flow time ends exactly at the horizon") {
  for (auto integrator : all) {
    CAPTURE(name(integrator));
    Quadratic risk({1, 2});
    auto settings = settings_for(integrator);
    settings.horizon = 0.5;
    settings.steps = 50;
    const auto result = run(risk, {1.0, 1.0}, settings);
    CHECK(result.status == Status::horizon_reached);
    CHECK(result.flow_time == 0.5);
  }
}

TEST_CASE("step-limit: the adaptive integrators stop after step_limit steps") {
  for (auto integrator : adaptive) {
    CAPTURE(name(integrator));
    Quadratic risk({1, 2});
    auto settings = settings_for(integrator);
    settings.step_limit = 7;
    const auto result = run(risk, {1.0, 1.0}, settings);
    CHECK(result.status == Status::step_limit);
    CHECK(result.steps == 7);
  }
}

TEST_CASE("diverged: a risk unbounded below carries the weights past the bound") {
  for (auto integrator : all) {
    CAPTURE(name(integrator));
    Quadratic risk({-1});
    const auto result = run(risk, {1.0}, settings_for(integrator));
    CHECK(result.status == Status::diverged);
    CHECK(result.flow_time == Approx(std::log(1e12)).epsilon(0.1));
    CHECK_FALSE(result.message.empty());
  }
}

TEST_CASE("diverged: the risk is not finite beyond a wall, or from the start") {
  for (auto integrator : all) {
    CAPTURE(name(integrator));
    Custom wall(1, [](std::span<const double> theta, std::span<double> gradient) {
      gradient[0] = theta[0] > 2 ? std::numeric_limits<double>::quiet_NaN() : -1;
      return -theta[0];
    });
    CHECK(run(wall, {0.0}, settings_for(integrator)).status == Status::diverged);
    const auto at_start = run(wall, {3.0}, settings_for(integrator));
    CHECK(at_start.status == Status::diverged);
    CHECK(at_start.steps == 0);
  }
}

TEST_CASE("step-underflow: a discontinuous gradient that every step overshoots") {
  // theta' = -sign(theta) has no solution through 0; no error test passes across it.
  for (auto integrator : adaptive) {
    CAPTURE(name(integrator));
    Custom kink(1, [](std::span<const double> theta, std::span<double> gradient) {
      gradient[0] = theta[0] > 0 ? 1e3 : -1e3;
      return 1e3 * std::abs(theta[0]);
    });
    auto settings = settings_for(integrator);
    settings.absolute_tolerance = 1e-300;
    settings.relative_tolerance = 1e-13;
    const auto result = run(kink, {1.0}, settings);
    CAPTURE(result.message, result.steps, result.flow_time);
    CHECK(result.status == Status::step_underflow);
    CHECK(result.flow_time == Approx(1e-3).epsilon(1e-3));
    CHECK_FALSE(result.message.empty());
  }
}

TEST_CASE("timed-out: the wall clock stops a slow risk") {
  for (auto integrator : all) {
    CAPTURE(name(integrator));
    Custom slow(1, [](std::span<const double> theta, std::span<double> gradient) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      gradient[0] = theta[0];
      return theta[0] * theta[0] / 2;
    });
    auto settings = settings_for(integrator);
    settings.time_limit = 0.02;
    const auto result = run(slow, {1.0}, settings);
    CHECK(result.status == Status::timed_out);
    CHECK(result.steps >= 1);
  }
}

TEST_CASE("Exceptions of the risk reach the caller, from wherever they are thrown") {
  for (auto integrator : all) {
    CAPTURE(name(integrator));
    for (int survived : {0, 1, 2, 5, 30}) {
      int calls = 0;
      Custom risk(1, [&](std::span<const double> theta, std::span<double> gradient) {
        if (calls++ == survived) throw std::domain_error("beyond the table");
        gradient[0] = theta[0];
        return theta[0] * theta[0] / 2;
      });
      CHECK_THROWS_AS(run(risk, {1.0}, settings_for(integrator)), std::domain_error);
    }
  }
}

TEST_CASE("Evaluations are those of the integrator, not of the records") {
  for (auto integrator : all) {
    CAPTURE(name(integrator));
    Quadratic risk({1, 2});
    auto settings = settings_for(integrator);
    settings.horizon = 1;
    settings.steps = 100;
    const auto result = run(risk, {1.0, 1.0}, settings);
    CHECK(risk.calls == result.evaluations + static_cast<int>(result.trajectory.flow_time.size()));
    if (integrator == Integrator::euler) CHECK(result.evaluations == 101);
  }
}

#include <cmath>

#include "flow/problems.hpp"
#include "support/catch.hpp"

namespace {

using namespace flowsweep;
using namespace flowsweep::test;
using flow::Integrator;
using record::Status;

}  // namespace

TEST_CASE("Euler is stable below h = 2 / lambda and diverges above") {
  Quadratic risk({1, 10});
  flow::Settings settings;
  settings.integrator = Integrator::euler;
  settings.steps = 20000;
  settings.step = 0.99 * 2 / 10;
  CHECK(run(risk, {1.0, 1.0}, settings).status == Status::converged);
  settings.step = 1.01 * 2 / 10;
  const auto result = run(risk, {1.0, 1.0}, settings);
  CHECK(result.status == Status::diverged);
  CHECK(std::abs(result.theta[1]) > settings.divergence_bound);
}

TEST_CASE("BDF takes few steps on a stiff quadratic, explicit methods do not") {
  Quadratic risk({1, 1e8});
  flow::Settings settings;
  settings.horizon = 100;
  const auto implicit = run(risk, {1.0, 1.0}, settings);
  CHECK(implicit.status == Status::converged);
  CHECK(implicit.steps < 1500);
  CHECK(implicit.evaluations < 3 * implicit.steps);
  settings.step_limit = 20000;
  for (auto integrator : {Integrator::adams, Integrator::dormand_prince}) {
    settings.integrator = integrator;
    const auto explicit_ = run(risk, {1.0, 1.0}, settings);
    CHECK(explicit_.status == Status::step_limit);
    CHECK(explicit_.flow_time < 0.01);
  }
}

TEST_CASE("The gradient descends to 1e-12 of its largest within bounded work") {
  const auto integrator = GENERATE(Integrator::bdf, Integrator::adams, Integrator::dormand_prince);
  CAPTURE(name(integrator));
  const std::size_t d = 5;
  TwoLayer risk(d, 11);
  flow::Settings settings;
  settings.integrator = integrator;
  const auto result = run(risk, near_diagonal(d, 0.05, 5), settings);
  CAPTURE(result.steps, result.evaluations, result.products);
  CHECK(result.status == Status::converged);
  CHECK(result.gradient_norm <= 1e-12 * result.largest_gradient_norm);
  CHECK(result.steps < 3000);
  CHECK(result.evaluations < 20000);
  if (integrator == Integrator::bdf) {
    CHECK(result.steps < 1500);
    CHECK(result.evaluations < 2 * result.steps);
    CHECK(result.products < 5 * result.steps);
  }
}

TEST_CASE("A gradient tolerance of 1e-14 is reached as well") {
  const auto integrator = GENERATE(Integrator::bdf, Integrator::dormand_prince);
  CAPTURE(name(integrator));
  TwoLayer risk(3, 0);
  flow::Settings settings;
  settings.integrator = integrator;
  settings.gradient_tolerance = 1e-14;
  CHECK(run(risk, near_diagonal(3, 0.1, 6), settings).status == Status::converged);
}

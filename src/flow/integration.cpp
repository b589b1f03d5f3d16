#include "flow/integration.hpp"

#include <algorithm>

namespace flowsweep::flow {
namespace {

constexpr double tolerance_share = 0.01;
/// Tightest relative tolerance asked of an integrator: rounding of theta is 2e-16.
constexpr double tightest_relative_tolerance = 1e-14;

std::unique_ptr<Stepper> make_stepper(Field& field, const State& state, const Settings& settings) {
  switch (settings.integrator) {
    case Integrator::dormand_prince:
      return make_dormand_prince(field, state, settings);
    case Integrator::euler:
      return make_euler(field, state, settings);
    case Integrator::bdf:
    case Integrator::adams:
      break;
  }
  return make_cvode(field, state, settings);
}

}  // namespace

State start_state(std::span<const double> theta) {
  State state;
  state.theta.assign(theta.begin(), theta.end());
  return state;
}

double tolerance_factor(double fraction, const Settings& settings) {
  const double floor = std::min(1.0, tightest_relative_tolerance / settings.relative_tolerance);
  return std::clamp(tolerance_share * fraction / settings.relative_tolerance, floor, 1.0);
}

Integration::Integration(Differentiable& risk, std::span<const double> start, const Settings& settings)
    : risk_(risk),
      field_(risk),
      rule_(settings),
      stepper_(make_stepper(field_, start_state(start), settings)),
      end_(rule_.check(*stepper_, 0, risk)),
      recorder_(settings, start, rule_.largest_gradient_norm()) {}

Integration::Integration(Differentiable& risk, const State& state, const Settings& settings)
    : risk_(risk),
      field_(risk, state.evaluations, state.products),
      rule_(settings, state.largest_gradient_norm, state.elapsed_seconds),
      stepper_(make_stepper(field_, state, settings)),
      steps_(state.steps),
      recorder_(settings, state.records, state.theta.size()) {}

void Integration::step() {
  end_ = stepper_->advance();
  if (end_) return;
  ++steps_;
  recorder_.passed(*stepper_);
  end_ = rule_.check(*stepper_, steps_, risk_);
  stepper_->remaining(rule_.remaining_fraction());
}

State Integration::capture(double elapsed_seconds) const {
  State state;
  state.flow_time = stepper_->time();
  state.steps = steps_;
  state.evaluations = field_.evaluations();
  state.products = field_.products();
  state.largest_gradient_norm = rule_.largest_gradient_norm();
  state.elapsed_seconds = elapsed_seconds;
  state.theta.assign(stepper_->theta().begin(), stepper_->theta().end());
  state.memory = stepper_->memory();
  state.records = recorder_.records();
  return state;
}

Result Integration::finish(Observer& observer) {
  Result result;
  result.status = end_->status;
  result.message = end_->message;
  result.flow_time = stepper_->time();
  result.steps = steps_;
  result.evaluations = field_.evaluations();
  result.products = field_.products();
  result.largest_gradient_norm = rule_.largest_gradient_norm();
  result.theta.assign(stepper_->theta().begin(), stepper_->theta().end());
  recorder_.finish(risk_, observer, result.flow_time, result.theta, result);
  return result;
}

}  // namespace flowsweep::flow

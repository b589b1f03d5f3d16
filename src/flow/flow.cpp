#include "flow/flow.hpp"

#include <algorithm>

#include "flow/recorder.hpp"
#include "flow/stopping.hpp"

namespace flowsweep::flow {
namespace {

constexpr double tolerance_share = 0.01;
/// Tightest relative tolerance asked of an integrator: rounding of theta is 2e-16.
constexpr double tightest_relative_tolerance = 1e-14;

std::unique_ptr<Stepper> make_stepper(Field& field, std::span<const double> start, const Settings& settings) {
  switch (settings.integrator) {
    case Integrator::dormand_prince:
      return make_dormand_prince(field, start, settings);
    case Integrator::euler:
      return make_euler(field, start, settings);
    case Integrator::bdf:
    case Integrator::adams:
      break;
  }
  return make_cvode(field, start, settings);
}

}  // namespace

double tolerance_factor(double fraction, const Settings& settings) {
  const double floor = std::min(1.0, tightest_relative_tolerance / settings.relative_tolerance);
  return std::clamp(tolerance_share * fraction / settings.relative_tolerance, floor, 1.0);
}

Result integrate(Differentiable& risk, std::span<const double> start, const Settings& settings,
                 Observer& observer) {
  Field field(risk);
  StoppingRule rule(settings);
  const auto stepper = make_stepper(field, start, settings);
  Result result;
  std::optional<End> end = rule.check(*stepper, 0, risk);
  Recorder recorder(settings, start, rule.largest_gradient_norm());
  while (!end) {
    end = stepper->advance();
    if (end) break;
    ++result.steps;
    recorder.passed(*stepper);
    end = rule.check(*stepper, result.steps, risk);
    stepper->remaining(rule.remaining_fraction());
  }
  result.status = end->status;
  result.message = end->message;
  result.flow_time = stepper->time();
  result.evaluations = field.evaluations();
  result.products = field.products();
  result.largest_gradient_norm = rule.largest_gradient_norm();
  result.theta.assign(stepper->theta().begin(), stepper->theta().end());
  recorder.finish(risk, observer, result.flow_time, result.theta, result);
  return result;
}

}  // namespace flowsweep::flow

#include "flow/stopping.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flowsweep::flow {
namespace {

/// From this multiple of the convergence threshold on, convergence is judged by freshly evaluated gradients.
/// An integrator's own |theta'| differs from |grad L| by the Newton residual, far less than this there.
constexpr double exact_margin = 10;

}  // namespace

StoppingRule::StoppingRule(const Settings& settings, double largest, double elapsed_seconds)
    : settings_(settings),
      horizon_(settings.horizon),
      step_limit_(settings.step_limit),
      largest_(largest),
      elapsed_before_(elapsed_seconds) {
  if (settings.integrator == Integrator::euler) {
    horizon_ = static_cast<double>(settings.steps) * settings.step;
    step_limit_ = std::numeric_limits<std::int64_t>::max();
  }
  if (settings.time_limit > 0) begin_ = std::chrono::steady_clock::now();
}

bool StoppingRule::out_of_bounds(std::span<const double> theta) const {
  bool outside = false;
  for (double x : theta) outside |= !(std::abs(x) <= settings_.divergence_bound);
  return outside;
}

bool StoppingRule::time_is_up() const {
  if (settings_.time_limit <= 0) return false;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin_;
  return elapsed_before_ + elapsed.count() >= settings_.time_limit;
}

std::optional<End> StoppingRule::check(Stepper& stepper, std::int64_t steps, const Differentiable& risk) {
  using record::Status;
  if (out_of_bounds(stepper.theta())) return End{Status::diverged, "a weight passed the divergence bound"};
  const double rounding = risk.gradient_rounding(stepper.theta());
  const double length =
      stepper.gradient_norm(exact_margin * std::max(settings_.gradient_tolerance * largest_, rounding));
  if (!std::isfinite(length)) return End{Status::diverged, "the risk or its gradient is not finite"};
  largest_ = std::max(largest_, length);
  fraction_ = largest_ > 0 ? length / largest_ : 0;
  if (length <= std::max(settings_.gradient_tolerance * largest_, rounding))
    return End{Status::converged, ""};
  if (stepper.time() >= horizon_) return End{Status::horizon_reached, ""};
  if (steps >= step_limit_) return End{Status::step_limit, ""};
  if (time_is_up()) return End{Status::timed_out, "the time limit passed"};
  return std::nullopt;
}

}  // namespace flowsweep::flow

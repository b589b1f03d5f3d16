#pragma once
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/differentiable.hpp"
#include "record/record.hpp"

namespace flowsweep::flow {

class Checkpointing;

/// How theta' = -grad L(theta) is integrated.
enum class Integrator { bdf, adams, dormand_prince, euler };
inline constexpr std::string_view integrator_names[] = {"bdf", "adams", "dormand-prince", "euler"};

/// Settings of one flow. Flow time has the unit theta^2 / L (the weights' unit squared over the risk's).
struct Settings {
  Integrator integrator = Integrator::bdf;
  double horizon = 1e6;  ///< flow time at which to stop, > 0; euler: horizon is not used
  double gradient_tolerance =
      1e-12;  ///< stop when |grad L| <= this x the largest |grad L| seen (or within its rounding error), > 0
  double relative_tolerance = 3e-10;  ///< local error, relative; > 0 (not euler)
  double absolute_tolerance = 1e-11;  ///< local error, absolute; > 0 (not euler)
  double step = 0;                    ///< euler: step size h > 0
  std::int64_t steps = 0;             ///< euler: number of steps n > 0
  std::int64_t step_limit = 100000;   ///< adaptive integrators: most steps, > 0
  std::int64_t restart_steps = 500;   ///< bdf, adams: steps after which the history is given up, > 0
  double divergence_bound = 1e12;     ///< |theta|_inf above this, or anything non-finite, is divergence
  int records = 64;                   ///< rows of the trajectory, >= 2, when record_times is empty
  std::vector<double> record_times;   ///< increasing flow times > 0 at which to record, beside start and end
  double time_limit = 0;              ///< wall seconds; 0: none
};

/// Computes the observables of a state. `gradient_norm` and `risk` are those at theta.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual std::size_t size() const = 0;  ///< number of observables
  virtual void observe(double flow_time, std::span<const double> theta, double risk,
                       std::span<const double> gradient, std::span<double> values) = 0;
};

struct Result {
  record::Status status = record::Status::failed;
  std::string message;
  double flow_time = 0;
  std::int64_t steps = 0;
  std::int64_t evaluations = 0;  ///< gradient evaluations made by the integrator (not by records)
  std::int64_t products = 0;     ///< Hessian-vector products
  double risk = 0;               ///< at the end
  double gradient_norm = 0;      ///< Euclidean, at the end
  double largest_gradient_norm = 0;
  std::vector<double> theta;  ///< at the end
  record::Trajectory trajectory;
  std::vector<double> finals;  ///< observables at the end
  double elapsed_before = 0;   ///< wall seconds spent before the state that this call continued from
};

/// Integrates theta' = -grad L(theta) from `start`. Numerical trouble is an outcome in Result::status, never
/// an exception; exceptions thrown by `risk` or `observer` reach the caller. Records never change the steps:
/// adaptive integrators record by dense output, euler at the step at or before the time. Risk, gradient and
/// observables of the rows are computed after the end and not counted in Result::evaluations. A flow that
/// ends at time 0 has one row. When the gradient has fallen below 100 relative_tolerance x the largest, both
/// tolerances shrink with it, down to a relative tolerance of 1e-14: a fixed one would hold the gradient up.
///
/// With `checkpointing` the flow may be interrupted and continued by later calls with the same risk, start
/// and settings, any number of times; its result has the same bits as without. bdf and adams can be captured
/// only where they give up their history: every restart_steps steps, interrupted or not. An interrupted call
/// returns Status::not_run and nothing else. Wall time adds up over the calls, for time_limit too.
Result integrate(Differentiable& risk, std::span<const double> start, const Settings& settings,
                 Observer& observer, Checkpointing* checkpointing = nullptr);

}  // namespace flowsweep::flow

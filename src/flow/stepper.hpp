#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "flow/field.hpp"
#include "flow/flow.hpp"
#include "flow/state.hpp"

namespace flowsweep::flow {

/// How a flow ended.
struct End {
  record::Status status;
  std::string message;
};

/// One integrator at one state of a flow. integrate() drives it: steps, records and stopping are written
/// once.
class Stepper {
 public:
  virtual ~Stepper() = default;

  /// Takes one step, never past the horizon. On failure the state is that of the last good step.
  virtual std::optional<End> advance() = 0;

  virtual double time() const = 0;
  virtual std::span<const double> theta() const = 0;

  /// |grad L| at theta(). A value above `exact_below` may be the integrator's own estimate of |theta'|; a
  /// value at or below it is that of a gradient evaluated at theta().
  virtual double gradient_norm(double exact_below) = 0;

  /// Writes theta at a time within the last step and returns the time of what it wrote: the same time, or for
  /// an integrator without dense output that of the nearest step at or before it.
  virtual double snapshot(double time, std::span<double> theta) const = 0;

  /// Told after each step: the fraction |grad L| / largest |grad L| that is left.
  virtual void remaining([[maybe_unused]] double fraction) {}

  /// State::memory: what a stepper of this kind, made anew at time() and theta(), needs to go on.
  virtual std::vector<double> memory() const = 0;
};

/// Whether an integrator's future depends on steps before the last. Such a one is made anew every
/// Settings::restart_steps steps, interrupted or not.
constexpr bool is_multistep(Integrator integrator) {
  return integrator == Integrator::bdf || integrator == Integrator::adams;
}

/// Factor on both tolerances when the fraction |g| / |g|_max of the gradient remains:
/// min(1, 0.01 fraction / relative_tolerance), and not below what double precision can meet. Near the limit
/// the local error itself feeds a gradient of about relative_tolerance x |g|_max; with fixed tolerances the
/// descent would stall there, above a smaller gradient_tolerance.
double tolerance_factor(double fraction, const Settings& settings);

/// The state of a flow that has not begun.
State start_state(std::span<const double> theta);

// At `state`. A start costs one counted gradient, a continuation none.
std::unique_ptr<Stepper> make_cvode(Field& field, const State& state, const Settings& settings);
std::unique_ptr<Stepper> make_dormand_prince(Field& field, const State& state, const Settings& settings);
std::unique_ptr<Stepper> make_euler(Field& field, const State& state, const Settings& settings);

// Whether these numbers are memory() of such a stepper with `size` parameters.
bool is_cvode_memory(std::span<const double> memory);
bool is_dormand_prince_memory(std::span<const double> memory, std::size_t size);
bool is_euler_memory(std::span<const double> memory, std::size_t size);

}  // namespace flowsweep::flow

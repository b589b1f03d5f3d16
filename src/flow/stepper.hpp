#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "flow/field.hpp"
#include "flow/flow.hpp"

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
};

/// Factor on both tolerances when the fraction |g| / |g|_max of the gradient remains:
/// min(1, 0.01 fraction / relative_tolerance), and not below what double precision can meet. Near the limit
/// the local error itself feeds a gradient of about relative_tolerance x |g|_max; with fixed tolerances the
/// descent would stall there, above a smaller gradient_tolerance.
double tolerance_factor(double fraction, const Settings& settings);

std::unique_ptr<Stepper> make_cvode(Field& field, std::span<const double> start, const Settings& settings);
std::unique_ptr<Stepper> make_dormand_prince(Field& field, std::span<const double> start,
                                             const Settings& settings);
std::unique_ptr<Stepper> make_euler(Field& field, std::span<const double> start, const Settings& settings);

}  // namespace flowsweep::flow

#pragma once
#include <chrono>
#include <optional>

#include "flow/stepper.hpp"

namespace flowsweep::flow {

/// Decides after each step whether a flow has ended, in this order: diverged (|theta|_inf above the bound or
/// anything non-finite), converged (|g| <= gradient_tolerance x largest |g| at the steps so far, or |g|
/// within its own rounding error), horizon reached, step limit, time limit.
class StoppingRule {
 public:
  /// `largest` and `elapsed_seconds`: what the flow has seen and spent before.
  explicit StoppingRule(const Settings& settings, double largest = 0, double elapsed_seconds = 0);

  /// The end, if the state after `steps` steps is one. The wall clock is read only under a time limit.
  std::optional<End> check(Stepper& stepper, std::int64_t steps, const Differentiable& risk);

  double largest_gradient_norm() const { return largest_; }
  /// |g| at the last check over the largest.
  double remaining_fraction() const { return fraction_; }

 private:
  bool out_of_bounds(std::span<const double> theta) const;
  bool time_is_up() const;

  const Settings& settings_;
  double horizon_;
  std::int64_t step_limit_;
  double largest_;
  double fraction_ = 1;
  double elapsed_before_;
  std::chrono::steady_clock::time_point begin_;
};

}  // namespace flowsweep::flow

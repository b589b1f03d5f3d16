#pragma once
#include <memory>
#include <optional>

#include "flow/recorder.hpp"
#include "flow/stepper.hpp"
#include "flow/stopping.hpp"

namespace flowsweep::flow {

/// A flow on its way: integrator, counts, records and stopping rule, begun at a start or made anew from a
/// state.
class Integration {
 public:
  Integration(Differentiable& risk, std::span<const double> start, const Settings& settings);
  /// `state` must fit().
  Integration(Differentiable& risk, const State& state, const Settings& settings);

  bool ended() const { return end_.has_value(); }
  std::int64_t steps() const { return steps_; }

  /// One step, its records and the stopping rule.
  void step();
  State capture(double elapsed_seconds) const;
  /// To be called once, after the end.
  Result finish(Observer& observer);

 private:
  Differentiable& risk_;
  Field field_;
  StoppingRule rule_;
  std::unique_ptr<Stepper> stepper_;
  std::optional<End> end_;
  std::int64_t steps_ = 0;
  Recorder recorder_;
};

}  // namespace flowsweep::flow

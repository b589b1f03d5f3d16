#pragma once
#include <optional>

#include "flow/state.hpp"

namespace flowsweep::flow {

/// How a flow outlives the process that integrates it: where it starts from, who keeps its states, and who
/// interrupts it. Called on the thread that integrates.
class Checkpointing {
 public:
  virtual ~Checkpointing() = default;

  /// The state to continue from, asked once; nothing: the start. One that does not fit() is ignored.
  virtual std::optional<State> resume_from() = 0;

  /// Whether a state is wanted now. Asked wherever the flow can be captured: euler and dormand-prince after
  /// every step, bdf and adams at their restarts.
  virtual bool due() = 0;

  /// Keeps a state. Must not throw.
  virtual void save(const State& state) = 0;

  /// Asked after every step that does not end the flow. True interrupts it, after a last save().
  virtual bool stop_requested() = 0;
};

}  // namespace flowsweep::flow

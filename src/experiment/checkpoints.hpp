#pragma once
#include <string>
#include <string_view>

namespace flowsweep::experiment {

/// Where the state of one point's unfinished flow is kept, and who interrupts it. Called on the thread that
/// runs the point. What load() and save() throw costs the checkpoint, not the point.
class Checkpoints {
 public:
  virtual ~Checkpoints() = default;

  /// Bytes of the last save; empty: none. Bytes that are not a state of this point are ignored.
  virtual std::string load() = 0;

  /// Replaces what was saved.
  virtual void save(std::string_view state) = 0;

  /// Polled after every step of the flow. True: the state is saved, as far as the flow has one, and the point
  /// is left unfinished.
  virtual bool stop_requested() = 0;
};

}  // namespace flowsweep::experiment

#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "flow/checkpointing.hpp"
#include "flow/problems.hpp"

namespace flowsweep::test {

/// Checkpoints of one flow as bytes in memory, and the end of a process after a number of steps.
class Interruptions : public flow::Checkpointing {
 public:
  std::optional<flow::State> resume_from() override { return flow::decode(bytes); }
  bool due() override { return always_due; }
  void save(const flow::State& state) override {
    saved_steps.push_back(state.steps);
    bytes = flow::encode(state);
  }
  bool stop_requested() override { return steps_left > 0 && --steps_left == 0; }

  std::string bytes;
  std::int64_t steps_left = 0;  ///< steps until the next stop; 0: none
  bool always_due = false;
  std::vector<std::int64_t> saved_steps;
};

/// The flow in as many calls as it takes, each stopped after `steps_of_call()` steps (0: not at all).
flow::Result run_interrupted(Differentiable& risk, const std::vector<double>& start,
                             const flow::Settings& settings, Interruptions& interruptions,
                             const std::function<std::int64_t()>& steps_of_call);

/// Whether every number is the same by its bits; NaN equals NaN.
bool same_bits(const flow::Result& a, const flow::Result& b);

}  // namespace flowsweep::test

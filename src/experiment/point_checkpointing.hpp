#pragma once
#include <chrono>

#include "experiment/checkpoints.hpp"
#include "flow/checkpointing.hpp"

namespace flowsweep::experiment {

/// Carries the states of one point's flow to Checkpoints and back: with the point's id in front, and at most
/// once in `seconds` of wall time.
class PointCheckpointing : public flow::Checkpointing {
 public:
  PointCheckpointing(Checkpoints& checkpoints, std::uint64_t id, double seconds);

  std::optional<flow::State> resume_from() override;
  bool due() override;
  void save(const flow::State& state) override;
  bool stop_requested() override { return checkpoints_.stop_requested(); }

 private:
  using Clock = std::chrono::steady_clock;

  Checkpoints& checkpoints_;
  std::string label_;  ///< the id's bytes
  Clock::duration interval_;
  Clock::time_point last_ = Clock::now();
};

}  // namespace flowsweep::experiment

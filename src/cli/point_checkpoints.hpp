#pragma once
#include <cstdint>
#include <exception>
#include <utility>

#include "cli/report.hpp"
#include "core/hash.hpp"
#include "experiment/checkpoints.hpp"
#include "schedule/work.hpp"
#include "store/checkpoint_folder.hpp"

namespace flowsweep::cli {

/// The checkpoints of one point: in the store's folder, interrupted as the schedule wants it.
class PointCheckpoints : public experiment::Checkpoints {
 public:
  PointCheckpoints(const store::CheckpointFolder& folder, std::uint64_t id,
                   const schedule::Interruption& interruption)
      : folder_(folder), id_(id), interruption_(interruption) {}

  std::string load() override {
    std::string state = folder_.load(id_);
    used_ = !state.empty();
    return state;
  }
  void save(std::string_view state) override {
    used_ = true;
    try {
      folder_.save(id_, state);
    } catch (const std::exception& error) {
      if (!std::exchange(warned_, true))
        report("flowsweep: warning: point {} goes on without a checkpoint: {}\n", to_hex(id_), error.what());
      throw;
    }
  }
  bool stop_requested() override { return interruption_.requested(); }

  /// Whether there may be a checkpoint: one was loaded or saved.
  bool used() const { return used_; }
  /// Once the point has its row.
  void remove() const { folder_.remove(id_); }

 private:
  const store::CheckpointFolder& folder_;
  std::uint64_t id_;
  const schedule::Interruption& interruption_;
  bool used_ = false;
  bool warned_ = false;
};

}  // namespace flowsweep::cli

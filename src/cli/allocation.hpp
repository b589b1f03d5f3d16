#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "cli/sweep_estimate.hpp"

namespace flowsweep::cli {

/// What a user asked for; the rest follows from the estimate.
struct AllocationWishes {
  std::optional<std::int64_t> nodes = {};
  std::optional<std::int64_t> tasks_per_node = {};
  std::optional<std::int64_t> seconds = {};  ///< time limit
  std::int64_t cores = 1;                    ///< of a node, as far as is known
};

/// What a job asks of Slurm.
struct Allocation {
  std::int64_t nodes = 1, tasks_per_node = 1;
  std::int64_t seconds = 0;           ///< time limit of one start: whole minutes
  std::int64_t warning = 0;           ///< seconds before it at which the job is told to stop
  std::int64_t memory_megabytes = 0;  ///< of a task
  double makespan = 0;                ///< predicted seconds for all points

  std::int64_t ranks() const { return nodes * tasks_per_node; }
};

/// Without wishes: one node, with as many ranks as bring the predicted makespan down to ten minutes, at most
/// one a core; a time limit of three times the makespan and five minutes, from ten minutes to a day; twice
/// the memory that a rank takes. `costs`: [row] predicted seconds of the points to be run.
Allocation allocate(std::span<const double> costs, std::uint64_t memory_bytes,
                    const AllocationWishes& wishes);

/// For uniting stores of so many bytes together: one task.
Allocation allocate_merge(std::uint64_t store_bytes, std::uint64_t memory_bytes);

}  // namespace flowsweep::cli

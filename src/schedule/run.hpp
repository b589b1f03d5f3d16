#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "schedule/mpi.hpp"

namespace flowsweep::schedule {

/// The opaque payload: runs the point of one row and commits it. Called on the compute thread of each rank,
/// one row at a time. A point's failure is the payload's to record as a row; an exception that leaves it is
/// an internal error, which stops the run.
using Payload = std::function<void(std::size_t row)>;

/// Progress as rank 0 sees it.
struct Progress {
  std::size_t done = 0, total = 0;       ///< rows
  double done_cost = 0, total_cost = 0;  ///< predicted seconds
  double elapsed = 0;                    ///< seconds since run() began
};

/// What the main thread of rank 0 calls. An exception from these stops the run as one of the payload does.
struct Options {
  std::function<void(const Progress&)>
      on_progress;  ///< at most 10 times a second, and at the end; may be empty
  std::function<bool()>
      stop_requested;  ///< polled; true: finish the running points, start none; may be empty
};

/// Complete on rank 0; on other ranks of the rank itself.
struct Outcome {
  std::size_t done = 0;      ///< rows whose payload returned
  bool complete = false;     ///< rank 0: every row done
  std::size_t messages = 0;  ///< sent and received by this rank
  std::string error;  ///< text of the first exception that reached rank 0 (at most 1 KB), empty if none
};

/// Collective. Rank 0 gives `rows` (each once) and their predicted `costs` (seconds); what other ranks give
/// is ignored. Calls `payload` once a row, on any rank, in the order of Policy. All ranks return together,
/// when every row is done, or when a stop or an exception has ended the run and the points that were running
/// are finished.
///
/// Messages stay below 2 KB; there is no collective operation in it, and no blocking receive.
Outcome run(const Mpi& mpi, std::span<const std::size_t> rows, std::span<const double> costs,
            const Payload& payload, const Options& options);

}  // namespace flowsweep::schedule

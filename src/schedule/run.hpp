#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "schedule/mpi.hpp"
#include "schedule/work.hpp"

namespace flowsweep::schedule {

/// A row that has taken down this many workers while rank 0 lived is set aside.
inline constexpr int death_limit = 3;

/// Progress as rank 0 sees it.
struct Progress {
  std::size_t done = 0, total = 0;       ///< rows
  double done_cost = 0, total_cost = 0;  ///< predicted seconds
  double elapsed = 0;                    ///< seconds since the first row could be handed out
};

/// How a rank takes part. The functions are called on the main thread; an exception from one stops the run as
/// one of the work does.
struct Options {
  using Clock = std::chrono::steady_clock;

  /// Rank 0: at most 10 times a second, and at the end; may be empty.
  std::function<void(const Progress&)> on_progress;
  /// Rank 0: a sentence for the user (a rank was given up, why the run ends); may be empty.
  std::function<void(const std::string&)> notice;
  /// Every rank, polled; true: start no row any more, let running ones break off; may be empty.
  std::function<bool()> stop_requested;
  /// Rank 0: no row is started that is expected to end later, unless it would have been too long from the
  /// beginning: such rows are done in parts. Then the run stops.
  std::optional<Clock::time_point> stop_by;
  /// Every rank, the same: a rank of which nothing is heard for so long is given up.
  std::chrono::milliseconds heartbeat{15000};
  std::chrono::milliseconds grace{300};  ///< for running points to end by themselves once a stop is wanted
  /// Rank 0: a rank whose point has not broken off by then is given up; if it is rank 0's own, the process
  /// ends with exit code 75.
  std::chrono::milliseconds longest_stop{60000};
  int offer = 0;  ///< given to Work::prepare()
};

/// Complete on rank 0; on other ranks of the rank itself.
struct Outcome {
  std::size_t done = 0;      ///< rows run or set aside
  bool complete = false;     ///< rank 0: every row done
  std::size_t messages = 0;  ///< sent and received by this rank
  std::string error;  ///< text of the first exception that reached rank 0 (at most 1 KB), empty if none
  ExitCode code = ExitCode::success;  ///< of that exception: bad_input or internal_error
  std::size_t lost = 0;               ///< rank 0: ranks given up; then only Mpi::abort() may end the job
  bool abandoned = false;             ///< other ranks: rank 0 will end the job with Mpi::abort()
};

/// Every rank calls it. Runs each row that `work` prepares once, on any rank, in the order of Policy, and
/// returns when every row is done, or when a stop or an exception has ended the run.
///
/// Ranks may die: what they had not committed is run again by others, and rank 0 returns within the heartbeat
/// time of the last death. A rank that hears nothing from rank 0 for that time, or that rank 0 has given up,
/// leaves the process with exit code 75.
///
/// Messages stay below 2 KB; there is no collective operation in it, and nothing that waits for a message.
Outcome run(const Mpi& mpi, Work& work, const Options& options);

/// The same for a payload without a store. Rank 0 gives `rows` (each once) and their predicted `costs`
/// (seconds); what other ranks give is ignored.
Outcome run(const Mpi& mpi, std::span<const std::size_t> rows, std::span<const double> costs,
            const Payload& payload, const Options& options);

}  // namespace flowsweep::schedule

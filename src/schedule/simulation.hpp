#pragma once
#include <cstddef>
#include <span>

namespace flowsweep::schedule {

/// Measured seconds; where from: docs/decisions/cost-model.md, "Costs of a job".
inline constexpr double lone_start = 0.02;  ///< a process without a launcher
inline constexpr double job_start = 0.3;    ///< mpirun and MPI_Init of several ranks on one node
inline constexpr double dispatch_time = 10e-6;
inline constexpr double request_latency = 4e-3;
inline constexpr double commit_time = 11e-6;

/// Costs of the machine that a simulated run is charged with, in seconds.
struct DispatchCosts {
  double start_seconds = job_start;         ///< launch of the job
  double dispatch_seconds = dispatch_time;  ///< rank 0's time for a remote rank's request and its chunk
  /// A remote request's way to rank 0 and its chunk's way back, polling included.
  double latency_seconds = request_latency;
  double commit_seconds = commit_time;  ///< a rank's time to dispatch locally and to write one row
};

/// The measured costs of a job of `ranks` ranks.
constexpr DispatchCosts measured_costs(int ranks) {
  return {.start_seconds = ranks == 1 ? lone_start : job_start};
}

/// What a run is expected to take.
struct Prediction {
  double makespan = 0;    ///< seconds, launch to end
  double efficiency = 0;  ///< sum of point costs / (ranks x makespan)
  double idle_tail = 0;   ///< seconds between the end of the first rank that ran dry and the end
  std::size_t chunks = 0;
};

/// Discrete-event simulation of schedule::Policy with `ranks` computing ranks (100,000 and more), each point
/// taking exactly its predicted cost (limited as planning_cost() does).
///
/// Rank 0 serves requests one at a time in order of arrival; its own cost neither dispatch nor latency. Every
/// rank asks for its next chunk prefetch_lead before it runs dry. O(points + chunks log ranks). Throws
/// std::invalid_argument if `ranks` < 1.
Prediction simulate(std::span<const double> costs, int ranks, const DispatchCosts& dispatch);

}  // namespace flowsweep::schedule

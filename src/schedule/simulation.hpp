#pragma once
#include <cstddef>
#include <span>

namespace flowsweep::schedule {

/// Measured costs of the machine that a simulated run is charged with, in seconds.
struct DispatchCosts {
  double start_seconds = 0.5;       ///< launch of the job
  double dispatch_seconds = 20e-6;  ///< rank 0's time for a remote rank's request and its chunk
  double latency_seconds =
      1e-3;  ///< a remote request's way to rank 0 and its chunk's way back, polling included
  double commit_seconds = 30e-6;  ///< a rank's time to dispatch locally and to write one row
};

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

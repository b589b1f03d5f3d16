#pragma once
#include <cstddef>
#include <span>

namespace flowsweep::schedule {

/// Measured costs of the machine that a simulated run is charged with.
struct DispatchCosts {
  double start_seconds = 0.5;        ///< launch of the job
  double dispatch_seconds = 20e-6;   ///< rank 0's time a chunk message pair
  double latency_seconds = 1e-3;     ///< from a worker's request to its chunk, beside queueing at rank 0
  double commit_seconds = 30e-6;     ///< worker's time to write a row
};

struct Prediction {
  double makespan = 0;    ///< seconds, launch to end
  double efficiency = 0;  ///< sum of point costs / (ranks x makespan)
  double idle_tail = 0;   ///< seconds between the first rank that ran dry and the end
  std::size_t chunks = 0;
};

/// Discrete-event simulation of schedule::Policy with `ranks` computing ranks (up to 100,000 and more).
Prediction simulate(std::span<const double> costs, int ranks, const DispatchCosts& dispatch);

}  // namespace flowsweep::schedule

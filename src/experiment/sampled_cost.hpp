#pragma once
#include <cstdint>

#include "risk/empirical.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::experiment {

/// Gradients that an adaptive integrator is expected to ask of a risk that sums over sequences; its Newton
/// steps take differences of them.
inline constexpr double direct_evaluations = 6000;

/// The blocks that a flow on the empirical risk trains.
risk::Trained trained_blocks(const sweep::Point& point);

/// Rows of a trajectory, or about as many.
double expected_records(const sweep::Point& point);

/// Whether the training risk, and the test loss, of an empirical point are read from sufficient statistics
/// (risk/precomputed.hpp) instead of summed over the sequences: what `statistics` says, and where it says
/// auto, what takes less time by the cost model, as long as the statistics stay below 256 MiB. Pure functions
/// of the point, and part of its result's bits: their constants may change only with the kernel version.
bool precomputes_training(const sweep::Point& point);
bool precomputes_test(const sweep::Point& point);

/// Seconds of a gradient of an empirical point's training risk, on one core.
double sampled_gradient_seconds(const sweep::Point& point);

/// Seconds that an empirical point takes beside its gradients and records: building statistics, and the test
/// losses. 0 for other points.
double sampled_overhead_seconds(const sweep::Point& point);

/// Bytes that the point's statistics hold at most at one time, building included; 0 for none.
std::uint64_t statistics_bytes(const sweep::Point& point);

}  // namespace flowsweep::experiment

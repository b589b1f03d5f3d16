#pragma once
#include <string>
#include <vector>

#include "record/record.hpp"
#include "store/store.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::cli {

/// Names of what disagrees between two finished runs of a point that were computed with different instruction
/// sets, whose rounding differs; empty: one is a replicate of the other.
///
/// The status and every verdict must be equal, and unless the runs diverged each final weight within
/// replicate_factor (a + r s), where a and r are the integrator's absolute and relative tolerance (Euler's
/// method: 0 and 1e-12) and s is the largest weight of either run. Everything else is a function of the
/// weights, or counts steps.
std::vector<std::string> replicate_differences(const store::Schema& schema, const sweep::Point& point,
                                               const record::RunRecord& kept, const record::RunRecord& other);

/// Errors of single steps add up along flat valleys of the risk. Measured between baseline and AVX-512 on
/// 5043 points of sweeps/mesa-at-scale.ini: median 4e-4, 99 % below 255, largest 7.3e4.
inline constexpr double replicate_factor = 3e5;

}  // namespace flowsweep::cli

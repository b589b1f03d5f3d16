#pragma once
#include <cstddef>
#include <vector>

#include "record/record.hpp"

namespace flowsweep::theory {

/// Column k of a trajectory at every record; NaN where it has no such column.
std::vector<double> trajectory_column(const record::Trajectory& trajectory, std::size_t k);

}  // namespace flowsweep::theory

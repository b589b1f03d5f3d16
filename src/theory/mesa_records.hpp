#pragma once
#include <cstddef>
#include <vector>

#include "record/record.hpp"

namespace flowsweep::theory {

/// Columns of the trajectory of a linear-attention run (experiment/linear_attention_observer.hpp).
enum class Column : std::size_t {
  risk = 0,
  product = 1,
  gradient_norm = 6,
  limit_distance = 7,
  off_diagonal_norm = 10,
  diagonal_spread = 11,
};

/// One observable at every record; NaN where the trajectory has no such column.
std::vector<double> values_of(const record::Trajectory& trajectory, Column column);

}  // namespace flowsweep::theory

#include "theory/trajectory_column.hpp"

#include <limits>

namespace flowsweep::theory {

std::vector<double> trajectory_column(const record::Trajectory& trajectory, std::size_t k) {
  const std::size_t rows = trajectory.flow_time.size();
  std::vector<double> values(rows, std::numeric_limits<double>::quiet_NaN());
  const std::size_t columns = rows == 0 ? 0 : trajectory.values.size() / rows;
  for (std::size_t row = 0; k < columns && row < rows; ++row)
    values[row] = trajectory.values[row * columns + k];
  return values;
}

}  // namespace flowsweep::theory

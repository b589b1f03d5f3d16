#include "theory/mesa_records.hpp"

#include "theory/trajectory_column.hpp"

namespace flowsweep::theory {

std::vector<double> values_of(const record::Trajectory& trajectory, Column column) {
  return trajectory_column(trajectory, static_cast<std::size_t>(column));
}

}  // namespace flowsweep::theory

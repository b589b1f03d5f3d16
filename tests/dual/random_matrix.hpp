#pragma once
#include <Eigen/Core>

#include "core/rng.hpp"

namespace flowsweep::test {

inline Eigen::MatrixXd normal_matrix(CounterRng& rng, int rows, int columns, double scale) {
  Eigen::MatrixXd matrix(rows, columns);
  for (double& entry : matrix.reshaped()) entry = scale * rng.normal();
  return matrix;
}

}  // namespace flowsweep::test

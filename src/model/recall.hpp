#pragma once
#include <Eigen/Core>
#include <span>

namespace flowsweep::model {

/// x_1 .. x_count of the sequence x_1 = v, x_{s+1} = diag(e^{i phase_j}) x_s, as columns; phases in radians.
Eigen::MatrixXcd sequence_states(std::span<const double> v, std::span<const double> phase, int count);

/// What memory of a sequence can recall: the earlier state that is most like the last one, and what followed.
struct Recall {
  Eigen::Index
      after;        ///< column of x that followed the state most like the last column (the first of equals)
  double likeness;  ///< Re(x_{s-1}^* x_t), the largest over s = 2..t
};

/// Of the columns x_1..x_t, t >= 2 (else std::invalid_argument).
Recall recall(const Eigen::MatrixXcd& x);

}  // namespace flowsweep::model

#pragma once
#include <Eigen/Core>

namespace flowsweep::theory {

/// How well softmax attention with P1 = I, Q21 = a I and every other block 0 predicts x_{t+1} from x_1..x_t,
/// a > 0. With V = ||v||^2, b = a / sqrt(2d) and g = max(0, max_{2<=s<=t} Re(x_{s-1}^* x_t)),
///
///     ||yhat_t - x_{t+1}||^2 <= 2 (V - g) + (2/b) ln t + 2 V exp(-b g),   2 (V - g) <= 4 pi^2 V
///     (t-1)^(-2/d):
///
/// the mean of squares over the softmax weights bounds the square of the mean; ||x_s - x_{t+1}||^2 = 2 (V -
/// Re(x_{s-1}^* x_t)) for s >= 2; softmax falls short of the largest score by at most its entropy, ln t; and
/// among t - 1 shifts one brings all d phases within (t-1)^(-1/d) of a turn (Dirichlet). Source: derived.
struct RecurrenceBound {
  double error;       ///< ||yhat_t - x_{t+1}||^2
  double bound;       ///< of it, by the first inequality
  double recalled;    ///< 2 (V - g), what remains as a grows where g > 0
  double recurrence;  ///< 4 pi^2 V (t-1)^(-2/d)
};

/// `x`: d x (t+1), the states x_1..x_{t+1} of one sequence, t >= 2.
RecurrenceBound recurrence_bound(const Eigen::MatrixXcd& x, double a);

}  // namespace flowsweep::theory

#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <span>

#include "model/linear_attention.hpp"

namespace flowsweep::model {

/// Step t of one sequence x_1 = v, x_{s+1} = Lambda x_s, Lambda = diag(e^{i phase_j}), without walking to it.
/// With C = sum_{s=1}^{t-1} x_s x_s^*, whose entries are geometric sums, E_t E_t^* = [Lambda; I] C [Lambda;
/// I]^* + e_1 e_1^*, so that a prediction costs O(d^2) whatever t is.
class SequenceStep {
 public:
  /// v and phase (radians) of length d, t >= 2. The phases of x_t carry an error of about t x 2^-53.
  SequenceStep(std::span<const double> v, std::span<const double> phase, std::int64_t t);

  const Eigen::VectorXcd& state() const { return state_; }  ///< x_t
  const Eigen::VectorXcd& next() const { return next_; }    ///< x_{t+1}

  /// S_t x_t / (t-1), S_t = sum_{s<t} x_{s+1} x_s^*: the prediction of one gradient-descent step from W = 0
  /// with step size 1/(t-1) on 1/2 sum_{s<t} ||x_{s+1} - W x_s||^2.
  Eigen::VectorXcd memory() const;
  /// ||S_t||_F ||x_t|| / (t-1), the most that ||memory()|| can be.
  double memory_bound() const { return sums_.norm() * state_.norm() / count_; }

  /// yhat_t of the layer; its dimension must be that of v.
  Eigen::VectorXcd predict(const LinearAttention& layer) const;

 private:
  double count_;  ///< t - 1
  Eigen::VectorXcd v_, rotation_, previous_, state_, next_;
  Eigen::MatrixXcd sums_;  ///< C
};

}  // namespace flowsweep::model

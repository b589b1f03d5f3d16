#pragma once
#include <Eigen/Core>
#include <span>

#include "dual/kernel_expansion.hpp"

namespace flowsweep::dual {

/// Everything a dual model is made of. Dual to an attention output (after Ren & Liu 2024) it is if the loss
/// weights are 1, D is the softmax's normaliser and W_0 holds the query tokens; each can be given otherwise,
/// and then the prediction is another.
struct DualIngredients {
  Eigen::MatrixXd keys;          ///< training inputs k_i: d x N
  Eigen::MatrixXd values;        ///< training targets v_i: d_o x N
  Eigen::VectorXd loss_weights;  ///< u_i, factors of the training terms in the loss
  double log_normaliser = 0;     ///< log D
  KernelExpansion start;         ///< W_0
  Eigen::VectorXd query;         ///< test input q
  Eigen::VectorXd bias;          ///< b, added to every prediction
  double rate = 1;               ///< eta > 0
  double alpha = 0;              ///< weight of the regularisation
};

/// f(z) = W phi(z) + b, trained by gradient descent on
///
///     Ld(W) = -(1 / (eta D)) sum_i u_i v_i . W phi(k_i) + (alpha / (2 eta)) ||W||_F^2.
///
/// One step of rate eta from W_0 gives W_1 = (1 - alpha) W_0 + (1/D) sum_i u_i v_i phi(k_i)^T.
class DualModel {
 public:
  /// Throws std::invalid_argument where the shapes of the ingredients do not fit.
  explicit DualModel(DualIngredients ingredients);

  const DualIngredients& ingredients() const { return given_; }

  /// Ld(W).
  double loss(const KernelExpansion& weights) const;

  /// grad Ld(W) = -(1 / (eta D)) sum_i u_i v_i phi(k_i)^T + (alpha / eta) W.
  KernelExpansion gradient(const KernelExpansion& weights) const;

  /// W - eta grad Ld(W).
  KernelExpansion step(const KernelExpansion& weights) const;

  /// W phi(q) + b, in R^{d_o}.
  Eigen::VectorXd predict(const KernelExpansion& weights) const;

  /// Predictions along N + 1 weights, d_o x (N+1): column n after the one-token steps order[0] .. order[n-1],
  /// each W <- W + (1/D) u_i v_i phi(k_i)^T. The regularisation belongs to no token: it has entered in column
  /// 0, (1 - alpha) W_0 (derived). Throws std::invalid_argument unless `order` permutes 0 .. N-1.
  Eigen::MatrixXd stepwise_predictions(std::span<const int> order) const;

 private:
  KernelExpansion token_gradient(Eigen::Index first, Eigen::Index count) const;

  DualIngredients given_;
};

/// W_1 phi(q) + b after one step from W_0: what the attention output is compared with.
Eigen::VectorXd prediction_after_one_step(const DualModel& model);

/// Distance to the full output after n = 0 .. N one-token steps, and a bound of it that cannot increase.
struct RemainingDistances {
  Eigen::VectorXd distances;  ///< r_n = || sum_{m>=n} a_i v_i ||, i = order[m]; r_N = 0
  Eigen::VectorXd envelope;   ///< sum_{m>=n} a_i ||v_i||
};

/// From softmax weights a_i and values v_i (d_o x N) of the demonstrations (derived).
RemainingDistances remaining_distances(const Eigen::VectorXd& attention, const Eigen::MatrixXd& values,
                                       std::span<const int> order);

}  // namespace flowsweep::dual

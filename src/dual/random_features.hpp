#pragma once
#include <Eigen/Core>

#include "core/rng.hpp"
#include "dual/dual_model.hpp"

namespace flowsweep::dual {

/// Positive random features (Choromanski et al. 2021): with w_m ~ N(0, I_d) independent, m = 1 .. d_r,
///
///     phi_r(x) = exp(-||x||^2 / 2) d_r^{-1/2} (exp(w_1 . x), .., exp(w_{d_r} . x)),   E phi_r(x) . phi_r(y)
///     = exp(x . y).
class RandomFeatures {
 public:
  /// Takes d x d_r normal numbers from `rng`. Throws std::invalid_argument unless both are positive.
  RandomFeatures(int dimension, int count, CounterRng& rng);

  int count() const { return static_cast<int>(directions_.rows()); }

  /// phi_r of every column of `points`: d_r x columns.
  Eigen::MatrixXd map(const Eigen::MatrixXd& points) const;

 private:
  Eigen::MatrixXd directions_;  // w_m, one a row
};

/// What the normaliser of a finite model is: D itself, or D^ = sum_j phi_r(k_j) . phi_r(q) over all tokens.
enum class Normaliser { exact, estimated };

/// The dual model with an explicit matrix W in R^{d_o x d_r} in place of the kernel expansion.
class FiniteDual {
 public:
  /// Maps keys, W_0 and query to features. The bias is left out. `ingredients` must outlive the model.
  FiniteDual(const DualIngredients& ingredients, const RandomFeatures& features);

  /// a^: phi_r(k_j) . phi_r(q) / D for all tokens, demonstrations first; with the estimated normaliser / D^.
  Eigen::VectorXd attention(Normaliser normaliser) const;

  /// W_0 = sum_j e^{l_j} c_j phi_r(k'_j)^T.
  Eigen::MatrixXd start(Normaliser normaliser) const;

  /// -(1 / (eta D)) sum_i u_i v_i phi_r(k_i)^T + (alpha / eta) W.
  Eigen::MatrixXd gradient(const Eigen::MatrixXd& weights, Normaliser normaliser) const;

  /// W - eta grad.
  Eigen::MatrixXd step(Eigen::MatrixXd weights, Normaliser normaliser) const;

  /// W phi_r(q).
  Eigen::VectorXd predict(const Eigen::MatrixXd& weights) const;

 private:
  double factor(Normaliser normaliser) const;  // what 1/D is multiplied by

  const DualIngredients& given_;
  Eigen::MatrixXd keys_, start_keys_;  // d_r x N, d_r x T
  Eigen::VectorXd query_;              // d_r
  double estimate_;                    // D^ / D
};

}  // namespace flowsweep::dual

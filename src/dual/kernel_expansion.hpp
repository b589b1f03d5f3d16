#pragma once
#include <Eigen/Core>

namespace flowsweep::dual {

/// W = sum_i e^{l_i} c_i phi(k_i)^T with c_i in R^{d_o}, k_i in R^d: a linear map on the feature space of the
/// kernel K(x, y) = exp(x . y) = <phi(x), phi(y)>, known through kernel values alone.
///
/// The factors e^{l_i} and the kernel meet as one exponential, so that a huge kernel value and a tiny factor
/// do not overflow where their product does not. What does overflow is inf or NaN in the result, never an
/// error.
struct KernelExpansion {
  Eigen::MatrixXd coefficients;  ///< c_i: d_o x n
  Eigen::VectorXd log_factors;   ///< l_i: n
  Eigen::MatrixXd keys;          ///< k_i: d x n

  Eigen::Index terms() const { return keys.cols(); }

  /// e^s W phi(q) = sum_i c_i exp(l_i + k_i . q + s), in R^{d_o}.
  Eigen::VectorXd predict(const Eigen::VectorXd& query, double log_scale = 0) const;

  /// e^s W phi(q) for every column q of `queries`: d_o x columns. Costs columns x n kernel values, without
  /// keeping them all.
  Eigen::MatrixXd predict_all(const Eigen::MatrixXd& queries, double log_scale = 0) const;
};

/// factor x W. The factor 0 gives an expansion without terms.
KernelExpansion scaled(const KernelExpansion& expansion, double factor);

/// V + W, the terms of V first.
KernelExpansion sum(const KernelExpansion& first, const KernelExpansion& second);

/// <V, W>_F = sum_ij c_i . c'_j exp(l_i + l'_j + k_i . k'_j).
double inner_product(const KernelExpansion& first, const KernelExpansion& second);

/// ||W||_F, from <W, W> with what rounding leaves below 0 cut off.
double norm(const KernelExpansion& expansion);

}  // namespace flowsweep::dual

#pragma once
#include <Eigen/Core>

#include "model/linear_attention.hpp"

namespace flowsweep::model {

/// How causal attention weighs the tokens e_1..e_t that it mixes.
enum class CausalScore { linear, softmax };

/// One-layer causal self-attention with the weights P, Q, tokens e_t = (x_t, x_{t-1}) and flat layout of
/// linear-attention (model/linear_attention.hpp),
///
///     yhat_t = P sum_{s=1}^t e_s w_s,
///     linear:   w_s = e_s^* Q e_t / (t-1), which is linear-attention itself,
///     softmax:  w_s = exp(g_s) / sum_{r=1}^t exp(g_r),   g_s = Re(e_s^* Q e_t) / sqrt(2d).
///
/// The real part makes complex scores comparable; 2d is the length of a token, and with the factor
/// 1 / sqrt(2d) the scores of unrelated tokens do not grow with d. Both choices are ours.
///
/// This is the reference implementation: one sequence, any x, O(T^2 d + T d^2) work. Arguments and errors are
/// those of predict() and vector_jacobian() of linear-attention.
Eigen::MatrixXcd predict(CausalScore score, const LinearAttention& weights, const Eigen::MatrixXcd& x);

/// yhat_t alone, t >= 2 the number of columns of x: what follows its last one. O(t d + d^2) work.
Eigen::VectorXcd predict_next(CausalScore score, const LinearAttention& weights, const Eigen::MatrixXcd& x);

/// Vector-Jacobian product, with z = P^* ybar_t and u = Q e_t: Pbar = sum_t ybar_t (sum_s e_s w_s)^* and
///
///     linear:   Qbar = sum_t sum_s e_s (e_s^* z) / (t-1) e_t^*,
///     softmax:  Qbar = sum_t sum_s e_s w_s ( q_s - sum_r w_r q_r ) / sqrt(2d) e_t^*,   q_s = Re(e_s^* z).
LinearAttention vector_jacobian(CausalScore score, const LinearAttention& weights, const Eigen::MatrixXcd& x,
                                const Eigen::MatrixXcd& cotangents);

}  // namespace flowsweep::model

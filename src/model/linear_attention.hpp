#pragma once
#include <Eigen/Core>
#include <complex>
#include <cstddef>
#include <span>

namespace flowsweep::model {

/// One-layer linear causal self-attention on sequences x_1..x_T in C^d (after Zheng et al. 2024).
///
/// Tokens e_t = (x_t, x_{t-1}) in C^{2d} with x_0 = 0, E_t = [e_1 .. e_t]; the prediction of x_{t+1} is
///
///     yhat_t = P E_t E_t^* Q e_t / (t-1),   P = [P1 P2] in C^{d x 2d},   Q = [[Q11 Q12], [Q21 Q22]] in C^{2d
///     x 2d}.
///
/// This is the reference implementation: one sequence, any x, O(T d^2) work.
struct LinearAttention {
  Eigen::MatrixXcd P;  ///< d x 2d (value and projection)
  Eigen::MatrixXcd Q;  ///< 2d x 2d (key and query)

  Eigen::Index dimension() const { return P.rows(); }

  auto P1() { return P.leftCols(dimension()); }
  auto P1() const { return P.leftCols(dimension()); }
  auto P2() { return P.rightCols(dimension()); }
  auto P2() const { return P.rightCols(dimension()); }
  auto Q11() { return Q.topLeftCorner(dimension(), dimension()); }
  auto Q11() const { return Q.topLeftCorner(dimension(), dimension()); }
  auto Q12() { return Q.topRightCorner(dimension(), dimension()); }
  auto Q12() const { return Q.topRightCorner(dimension(), dimension()); }
  auto Q21() { return Q.bottomLeftCorner(dimension(), dimension()); }
  auto Q21() const { return Q.bottomLeftCorner(dimension(), dimension()); }
  auto Q22() { return Q.bottomRightCorner(dimension(), dimension()); }
  auto Q22() const { return Q.bottomRightCorner(dimension(), dimension()); }
};

/// Flat weights, the layout used by every risk with all blocks free: P, then Q, each row-major, each entry
/// (re, im); 12 d^2 doubles in all.
constexpr std::size_t weight_count(std::size_t dimension) {
  return 12 * dimension * dimension;
}

/// Positions in the flat layout of the real part of an entry of P or Q; its imaginary part follows it.
constexpr std::size_t p_index(std::size_t dimension, std::size_t row, std::size_t column) {
  return 2 * (row * 2 * dimension + column);
}
constexpr std::size_t q_index(std::size_t dimension, std::size_t row, std::size_t column) {
  return p_index(dimension, dimension + row, column);
}

/// The same of an entry of a block, row and column counted within it.
constexpr std::size_t p1_index(std::size_t dimension, std::size_t row, std::size_t column) {
  return p_index(dimension, row, column);
}
constexpr std::size_t p2_index(std::size_t dimension, std::size_t row, std::size_t column) {
  return p_index(dimension, row, dimension + column);
}
constexpr std::size_t q11_index(std::size_t dimension, std::size_t row, std::size_t column) {
  return q_index(dimension, row, column);
}
constexpr std::size_t q12_index(std::size_t dimension, std::size_t row, std::size_t column) {
  return q_index(dimension, row, dimension + column);
}
constexpr std::size_t q21_index(std::size_t dimension, std::size_t row, std::size_t column) {
  return q_index(dimension, dimension + row, column);
}
constexpr std::size_t q22_index(std::size_t dimension, std::size_t row, std::size_t column) {
  return q_index(dimension, dimension + row, dimension + column);
}

/// Reads flat weights; throws std::invalid_argument if their number is not weight_count(dimension), dimension
/// >= 1.
LinearAttention unpack(std::span<const double> weights, std::size_t dimension);

/// Writes flat weights (length weight_count(d), else std::invalid_argument).
void pack(const LinearAttention& model, std::span<double> weights);

/// The diagonal initialisation: P1 = b0 I, Q21 = a0 I, every other block 0.
LinearAttention diagonal_start(std::size_t dimension, double a0, double b0);

/// Zeroes the off-diagonal entries of P1 and Q21 in flat weights.
void keep_diagonals(std::span<double> weights, std::size_t dimension);

/// ab = mean_j Re( P1_jj Q21_jj ), the product of the complex entries.
double mean_diagonal_product(const LinearAttention& model);

/// Predictions yhat_t, t = 2..T-1, as columns 0..T-3 of a d x (T-2) matrix; column s of `x` (d x T) is
/// x_{s+1}. Throws std::invalid_argument if x has another number of rows than d, or T < 3.
Eigen::MatrixXcd predict(const LinearAttention& model, const Eigen::MatrixXcd& x);

/// Vector-Jacobian product: for the cotangents ybar_t = dL/dRe yhat_t + i dL/dIm yhat_t (columns as in
/// predict()), the gradients dL/dRe + i dL/dIm with respect to P and Q. With r = ybar_t / (t-1) and G_t = E_t
/// E_t^*,
///
///     Pbar = sum_t r (G_t Q e_t)^*,   Qbar = sum_t G_t P^* r e_t^*.
///
/// Throws std::invalid_argument where shapes do not fit.
LinearAttention vector_jacobian(const LinearAttention& model, const Eigen::MatrixXcd& x,
                                const Eigen::MatrixXcd& cotangents);

}  // namespace flowsweep::model

#include "risk/sample_bias.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <complex>
#include <numeric>

#include "model/linear_attention.hpp"
#include "risk/diagonal_minimiser.hpp"
#include "risk/precomputed.hpp"

namespace flowsweep::risk {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

Sequences first_sequences(const Sequences& all) {
  const std::size_t length =
      std::min(all.initial.size(), sample_bias_sequences * static_cast<std::size_t>(all.dimension));
  return {all.dimension, all.context, all.initial.first(length), all.phase.first(length)};
}

Eigen::MatrixXcd states(const Sequences& sequences, std::size_t n) {
  const auto d = std::size_t(sequences.dimension);
  Eigen::MatrixXcd x(sequences.dimension, sequences.context);
  for (std::size_t j = 0; j < d; ++j)
    for (int t = 0; t < sequences.context; ++t)
      x(Eigen::Index(j), t) = std::polar(sequences.initial[n * d + j], t * sequences.phase[n * d + j]);
  return x;
}

// Orthonormal coordinates across the diagonal set: the columns of U.
MatrixXd across(std::size_t d, bool mask) {
  const auto n = Eigen::Index(model::weight_count(d));
  std::vector<VectorXd> columns;
  std::vector<bool> diagonal(std::size_t(n), false), removed(std::size_t(n), false);
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j)
      for (const std::size_t k : {model::p1_index(d, i, j), model::q21_index(d, i, j)})
        for (const std::size_t part : {k, k + 1}) (i == j ? diagonal : removed)[part] = true;
  for (Eigen::Index k = 0; k < n; ++k)
    if (!diagonal[std::size_t(k)] && !(mask && removed[std::size_t(k)]))
      columns.push_back(VectorXd::Unit(n, k));
  const auto real = [&](std::size_t j) { return Eigen::Index(model::p1_index(d, j, j)); };
  const auto real_q = [&](std::size_t j) { return Eigen::Index(model::q21_index(d, j, j)); };
  for (std::size_t j = 0; j < d; ++j)
    columns.push_back(M_SQRT1_2 * (VectorXd::Unit(n, real(j) + 1) + VectorXd::Unit(n, real_q(j) + 1)));
  // Differences of diagonals: Helmert's contrasts.
  for (std::size_t j = 1; j < d; ++j)
    for (const bool is_q : {false, true}) {
      VectorXd contrast = VectorXd::Zero(n);
      for (std::size_t i = 0; i < j; ++i) contrast[is_q ? real_q(i) : real(i)] = 1;
      contrast[is_q ? real_q(j) : real(j)] = -double(j);
      columns.push_back(contrast.normalized());
    }
  MatrixXd U(n, Eigen::Index(columns.size()));
  for (std::size_t k = 0; k < columns.size(); ++k) U.col(Eigen::Index(k)) = columns[k];
  return U;
}

// Per-sequence gradients at P1 = Q21 = I of the linear and of the quadratic term, across the diagonal set: at
// ab = u, a = b, the gradient is  sqrt(u) (u quadratic - linear).
struct Scores {
  MatrixXd linear, quadratic;  // a row a sequence
};

Scores scores(const Sequences& sequences, const MatrixXd& U) {
  const auto d = std::size_t(sequences.dimension);
  const std::size_t count = sequences.initial.size() / d;
  Scores result{MatrixXd(Eigen::Index(count), U.cols()), MatrixXd(Eigen::Index(count), U.cols())};
  const model::LinearAttention identity = model::diagonal_start(d, 1, 1);
  std::vector<double> flat(model::weight_count(d));
  const Eigen::Map<const VectorXd> row(flat.data(), Eigen::Index(flat.size()));
  for (std::size_t n = 0; n < count; ++n) {
    const Eigen::MatrixXcd x = states(sequences, n);
    model::pack(model::vector_jacobian(identity, x, x.rightCols(sequences.context - 2)), flat);
    result.linear.row(Eigen::Index(n)) = row.transpose() * U;
    model::pack(model::vector_jacobian(identity, x, model::predict(identity, x)), flat);
    result.quadratic.row(Eigen::Index(n)) = row.transpose() * U;
  }
  return result;
}

// Positions of the weights after renaming coordinate j to order[j].
std::vector<Eigen::Index> renamed(std::span<const std::size_t> order) {
  const std::size_t d = order.size();
  std::vector<Eigen::Index> position(model::weight_count(d));
  const auto token = [&](std::size_t a) { return a < d ? order[a] : d + order[a - d]; };
  for (std::size_t part = 0; part < 2; ++part)
    for (std::size_t column = 0; column < 2 * d; ++column) {
      for (std::size_t row = 0; row < d; ++row)
        position[model::p_index(d, row, column) + part] =
            Eigen::Index(model::p_index(d, order[row], token(column)) + part);
      for (std::size_t row = 0; row < 2 * d; ++row)
        position[model::q_index(d, row, column) + part] =
            Eigen::Index(model::q_index(d, token(row), token(column)) + part);
    }
  return position;
}

// Mean over the renamings of coordinates, under which the population's Hessian is invariant: less noise. All
// of them up to d = 5, above that the cyclic ones.
MatrixXd symmetrised(const MatrixXd& H, std::size_t d) {
  std::vector<std::size_t> order(d);
  std::iota(order.begin(), order.end(), std::size_t{0});
  MatrixXd sum = MatrixXd::Zero(H.rows(), H.cols());
  double count = 0;
  do {
    const std::vector<Eigen::Index> position = renamed(order);
    sum += H(position, position);
    ++count;
    if (d > 5) std::rotate(order.begin(), order.begin() + 1, order.end());
  } while (d > 5 ? order[0] != 0 : std::next_permutation(order.begin(), order.end()));
  return sum / count;
}

// The Hessian at P1 = Q21 = sqrt(u) I, a row and a column a coordinate of U: constant + u slope.
struct Hessian {
  MatrixXd constant, slope;
};

MatrixXd hessian_at(PrecomputedRisk& risk, const MatrixXd& U, std::size_t d, double weight) {
  const auto n = Eigen::Index(model::weight_count(d));
  std::vector<double> theta(model::weight_count(d)), direction(theta.size()), product(theta.size());
  model::pack(model::diagonal_start(d, weight, weight), theta);
  MatrixXd result(n, n);
  for (Eigen::Index k = 0; k < n; ++k) {
    VectorXd::Map(direction.data(), n) = VectorXd::Unit(n, k);
    risk.hessian_product(theta, direction, product);
    result.col(k) = VectorXd::Map(product.data(), n);
  }
  return U.transpose() * symmetrised(result, d) * U;
}

Hessian hessian(const Sequences& sequences, const MatrixXd& U) {
  PrecomputedRisk risk{SufficientStatistics(sequences)};
  const auto d = std::size_t(sequences.dimension);
  const MatrixXd constant = hessian_at(risk, U, d, 0);
  return {constant, hessian_at(risk, U, d, 1) - constant};
}

// Inverse on the directions with a curvature.
MatrixXd pseudo_inverse(const MatrixXd& H) {
  constexpr double flat = 1e-9;  // of the largest curvature
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(H);
  const double bound = flat * solver.eigenvalues().cwiseAbs().maxCoeff();
  const VectorXd inverse =
      solver.eigenvalues().unaryExpr([bound](double x) { return std::abs(x) > bound ? 1 / x : 0.0; });
  return solver.eigenvectors() * inverse.asDiagonal() * solver.eigenvectors().transpose();
}

MatrixXd centred(MatrixXd rows) {
  rows.rowwise() -= rows.colwise().mean().eval();
  return rows;
}

// sum_j cov(delta P_jj, delta Q_jj) / d of weights with covariance V; for the complex product.
double product_covariance(const MatrixXd& V, std::size_t d) {
  double sum = 0;
  for (std::size_t j = 0; j < d; ++j) {
    const auto p = Eigen::Index(model::p1_index(d, j, j)), q = Eigen::Index(model::q21_index(d, j, j));
    sum += V(p, q) - V(p + 1, q + 1);
  }
  return sum / double(d);
}

}  // namespace

double sample_bias(const Sequences& all, double product, bool diagonal_mask) {
  checked_count(all);
  const Sequences sequences = first_sequences(all);
  const auto d = std::size_t(sequences.dimension);
  const MatrixXd U = across(d, diagonal_mask);
  const Hessian H = hessian(sequences, U);
  const Scores found = scores(sequences, U);
  const double root = std::sqrt(product), count = double(found.linear.rows());
  const MatrixXd score = centred(root * (product * found.quadratic - found.linear));
  const MatrixXd score_slope = centred(1.5 * root * found.quadratic - 0.5 / root * found.linear);
  const MatrixXd inverse = pseudo_inverse(H.constant + product * H.slope);
  const MatrixXd V = inverse * (score.transpose() * score / count) * inverse;
  const double slope =
      2 * (inverse * (score_slope.transpose() * score)).trace() / count - (V * H.slope).trace();
  return slope / (2 * diagonal_minimiser(sequences).curvature) + product_covariance(U * V * U.transpose(), d);
}

}  // namespace flowsweep::risk

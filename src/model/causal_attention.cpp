#include "model/causal_attention.hpp"

#include <cmath>
#include <stdexcept>

namespace flowsweep::model {
namespace {

void require(bool condition, const char* message) {
  if (!condition) throw std::invalid_argument(message);
}

void require_steps(const Eigen::MatrixXcd& x) {
  require(x.cols() >= 3, "causal-attention: a sequence must have at least 3 states");
}

/// Column t-1 is e_t.
Eigen::MatrixXcd tokens_of(const LinearAttention& weights, const Eigen::MatrixXcd& x) {
  require(x.rows() == weights.dimension(),
          "causal-attention: the sequence has another dimension than the model");
  Eigen::MatrixXcd tokens = Eigen::MatrixXcd::Zero(2 * x.rows(), x.cols());
  tokens.topRows(x.rows()) = x;
  tokens.bottomRightCorner(x.rows(), x.cols() - 1) = x.leftCols(x.cols() - 1);
  return tokens;
}

double score_scale(const LinearAttention& weights) {
  return 1 / std::sqrt(2 * static_cast<double>(weights.dimension()));
}

/// w_1..w_t from the columns e_1..e_t of `tokens`.
Eigen::VectorXcd mixing_weights(CausalScore score, const LinearAttention& weights,
                                const Eigen::MatrixXcd& tokens) {
  const Eigen::VectorXcd products = tokens.adjoint() * (weights.Q * tokens.rightCols(1));
  if (score == CausalScore::linear) return products / static_cast<double>(tokens.cols() - 1);
  const Eigen::VectorXd scores = score_scale(weights) * products.real();
  const Eigen::VectorXd exponentials = (scores.array() - scores.maxCoeff()).exp();
  return (exponentials / exponentials.sum()).cast<std::complex<double>>();
}

/// dL/d(e_s^* Q e_t) of every s from that of the weights, dL/dw_s = e_s^* z.
Eigen::VectorXcd score_cotangents(CausalScore score, const LinearAttention& weights,
                                  const Eigen::VectorXcd& mixing, const Eigen::VectorXcd& mixing_bar) {
  if (score == CausalScore::linear) return mixing_bar / static_cast<double>(mixing.size() - 1);
  const Eigen::VectorXd w = mixing.real(), q = mixing_bar.real();
  return (score_scale(weights) * w.array() * (q.array() - w.dot(q))).cast<std::complex<double>>();
}

}  // namespace

Eigen::VectorXcd predict_next(CausalScore score, const LinearAttention& weights, const Eigen::MatrixXcd& x) {
  require(x.cols() >= 2, "causal-attention: a prediction needs at least 2 states");
  const Eigen::MatrixXcd tokens = tokens_of(weights, x);
  return weights.P * (tokens * mixing_weights(score, weights, tokens));
}

Eigen::MatrixXcd predict(CausalScore score, const LinearAttention& weights, const Eigen::MatrixXcd& x) {
  require_steps(x);
  const Eigen::MatrixXcd tokens = tokens_of(weights, x);
  Eigen::MatrixXcd predictions(x.rows(), x.cols() - 2);
  for (Eigen::Index t = 2; t < x.cols(); ++t) {
    const Eigen::MatrixXcd seen = tokens.leftCols(t);
    predictions.col(t - 2) = weights.P * (seen * mixing_weights(score, weights, seen));
  }
  return predictions;
}

LinearAttention vector_jacobian(CausalScore score, const LinearAttention& weights, const Eigen::MatrixXcd& x,
                                const Eigen::MatrixXcd& cotangents) {
  require_steps(x);
  const Eigen::MatrixXcd tokens = tokens_of(weights, x);
  require(cotangents.rows() == x.rows() && cotangents.cols() == x.cols() - 2,
          "causal-attention: cotangents must be d x (T-2)");
  LinearAttention gradient = diagonal_start(static_cast<std::size_t>(x.rows()), 0, 0);
  for (Eigen::Index t = 2; t < x.cols(); ++t) {
    const Eigen::MatrixXcd seen = tokens.leftCols(t);
    const Eigen::VectorXcd mixing = mixing_weights(score, weights, seen), bar = cotangents.col(t - 2);
    const Eigen::VectorXcd mixing_bar = seen.adjoint() * (weights.P.adjoint() * bar);
    gradient.P += bar * (seen * mixing).adjoint();
    gradient.Q += seen * score_cotangents(score, weights, mixing, mixing_bar) * seen.rightCols(1).adjoint();
  }
  return gradient;
}

}  // namespace flowsweep::model

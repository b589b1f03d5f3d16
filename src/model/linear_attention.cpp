#include "model/linear_attention.hpp"

#include <stdexcept>

namespace flowsweep::model {
namespace {

void require(bool condition, const char* message) {
  if (!condition) throw std::invalid_argument(message);
}

void require_sequence(const LinearAttention& model, const Eigen::MatrixXcd& x) {
  require(x.rows() == model.dimension(),
          "linear-attention: the sequence has another dimension than the model");
  require(x.cols() >= 3, "linear-attention: a sequence must have at least 3 states");
}

/// e_t and G_t = E_t E_t^* for t = 1, 2, ...
class TokenSums {
 public:
  explicit TokenSums(const Eigen::MatrixXcd& x) : x_(x), token_(2 * x.rows()) {
    gram_.setZero(2 * x.rows(), 2 * x.rows());
    token_.setZero();
  }
  /// To be called with t = 1, 2, ... in turn.
  void advance(Eigen::Index t) {
    const Eigen::Index d = x_.rows();
    token_.head(d) = x_.col(t - 1);
    if (t > 1) token_.tail(d) = x_.col(t - 2);
    gram_ += token_ * token_.adjoint();
  }
  const Eigen::VectorXcd& token() const { return token_; }
  const Eigen::MatrixXcd& gram() const { return gram_; }

 private:
  const Eigen::MatrixXcd& x_;
  Eigen::VectorXcd token_;
  Eigen::MatrixXcd gram_;
};

std::size_t copy_in(std::span<const double> weights, std::size_t position, Eigen::MatrixXcd& matrix) {
  for (Eigen::Index i = 0; i < matrix.rows(); ++i)
    for (Eigen::Index j = 0; j < matrix.cols(); ++j, position += 2)
      matrix(i, j) = {weights[position], weights[position + 1]};
  return position;
}

std::size_t copy_out(const Eigen::MatrixXcd& matrix, std::size_t position, std::span<double> weights) {
  for (Eigen::Index i = 0; i < matrix.rows(); ++i)
    for (Eigen::Index j = 0; j < matrix.cols(); ++j, position += 2) {
      weights[position] = matrix(i, j).real();
      weights[position + 1] = matrix(i, j).imag();
    }
  return position;
}

LinearAttention zero_model(std::size_t dimension) {
  const auto d = static_cast<Eigen::Index>(dimension);
  return {Eigen::MatrixXcd::Zero(d, 2 * d), Eigen::MatrixXcd::Zero(2 * d, 2 * d)};
}

}  // namespace

LinearAttention unpack(std::span<const double> weights, std::size_t dimension) {
  require(dimension >= 1 && weights.size() == weight_count(dimension),
          "linear-attention: the number of weights must be 12 d^2 with d >= 1");
  LinearAttention model = zero_model(dimension);
  copy_in(weights, copy_in(weights, 0, model.P), model.Q);
  return model;
}

void pack(const LinearAttention& model, std::span<double> weights) {
  require(weights.size() == weight_count(model.dimension()),
          "linear-attention: the number of weights must be 12 d^2");
  copy_out(model.Q, copy_out(model.P, 0, weights), weights);
}

LinearAttention diagonal_start(std::size_t dimension, double a0, double b0) {
  require(dimension >= 1, "linear-attention: the dimension must be at least 1");
  LinearAttention model = zero_model(dimension);
  model.P1().diagonal().setConstant(b0);
  model.Q21().diagonal().setConstant(a0);
  return model;
}

void keep_diagonals(std::span<double> weights, std::size_t dimension) {
  for (std::size_t i = 0; i < dimension; ++i)
    for (std::size_t j = 0; j < dimension; ++j) {
      if (i == j) continue;
      for (const std::size_t k : {p1_index(dimension, i, j), q21_index(dimension, i, j)})
        weights[k] = weights[k + 1] = 0;
    }
}

double mean_diagonal_product(const LinearAttention& model) {
  return model.P1().diagonal().cwiseProduct(model.Q21().diagonal()).real().mean();
}

Eigen::MatrixXcd predict(const LinearAttention& model, const Eigen::MatrixXcd& x) {
  require_sequence(model, x);
  Eigen::MatrixXcd predictions(x.rows(), x.cols() - 2);
  TokenSums sums(x);
  sums.advance(1);
  for (Eigen::Index t = 2; t < x.cols(); ++t) {
    sums.advance(t);
    const Eigen::VectorXcd mixed = sums.gram() * (model.Q * sums.token());
    predictions.col(t - 2) = model.P * mixed / static_cast<double>(t - 1);
  }
  return predictions;
}

LinearAttention vector_jacobian(const LinearAttention& model, const Eigen::MatrixXcd& x,
                                const Eigen::MatrixXcd& cotangents) {
  require_sequence(model, x);
  require(cotangents.rows() == x.rows() && cotangents.cols() == x.cols() - 2,
          "linear-attention: cotangents must be d x (T-2)");
  LinearAttention gradient = zero_model(static_cast<std::size_t>(model.dimension()));
  TokenSums sums(x);
  sums.advance(1);
  for (Eigen::Index t = 2; t < x.cols(); ++t) {
    sums.advance(t);
    const Eigen::VectorXcd scaled = cotangents.col(t - 2) / static_cast<double>(t - 1);
    const Eigen::VectorXcd mixed = sums.gram() * (model.Q * sums.token());
    const Eigen::VectorXcd mixed_bar = sums.gram() * (model.P.adjoint() * scaled);
    gradient.P += scaled * mixed.adjoint();
    gradient.Q += mixed_bar * sums.token().adjoint();
  }
  return gradient;
}

}  // namespace flowsweep::model

#include <cmath>
#include <random>
#include <stdexcept>

#include "model/causal_attention.hpp"
#include "support/catch.hpp"
#include "support/gradient_check.hpp"

using namespace flowsweep;
using model::CausalScore;
using model::LinearAttention;

namespace {

/// Two double evaluations of the same formula in another order, values of order 1 to 100.
constexpr double same_formula = 1e-12;

Eigen::MatrixXcd normal_matrix(Eigen::Index rows, Eigen::Index columns, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal(0.0, 0.5);
  Eigen::MatrixXcd matrix(rows, columns);
  for (Eigen::Index k = 0; k < matrix.size(); ++k) {
    const double re = normal(generator);
    matrix(k) = {re, normal(generator)};
  }
  return matrix;
}

LinearAttention random_weights(Eigen::Index d, unsigned seed) {
  return {normal_matrix(d, 2 * d, seed), normal_matrix(2 * d, 2 * d, seed + 1)};
}

/// x_1 .. x_T of x_{t+1} = Lambda x_t, phases and v drawn.
Eigen::MatrixXcd rotating_states(Eigen::Index d, Eigen::Index T, std::mt19937_64& generator) {
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> angle(-3.14159, 3.14159);
  Eigen::MatrixXcd x(d, T);
  for (Eigen::Index j = 0; j < d; ++j) {
    const double v = normal(generator), phase = angle(generator);
    for (Eigen::Index t = 0; t < T; ++t) x(j, t) = std::polar(std::abs(v), phase * static_cast<double>(t));
  }
  return x;
}

/// sum_t Re(c_t^* yhat_t) + 1/2 ||yhat_t||^2, whose cotangent is c_t + yhat_t; one gradient component scaled
/// by `distortion`.
class PredictionFunctional : public Differentiable {
 public:
  PredictionFunctional(CausalScore score, Eigen::MatrixXcd x, Eigen::MatrixXcd c, double distortion = 1)
      : score_(score), x_(std::move(x)), c_(std::move(c)), distortion_(distortion) {}
  std::size_t size() const override { return model::weight_count(static_cast<std::size_t>(x_.rows())); }
  double gradient(std::span<const double> theta, std::span<double> gradient) override {
    const LinearAttention weights = model::unpack(theta, static_cast<std::size_t>(x_.rows()));
    const Eigen::MatrixXcd y = model::predict(score_, weights, x_);
    model::pack(model::vector_jacobian(score_, weights, x_, c_ + y), gradient);
    gradient[size() / 2] *= distortion_;
    return (c_.conjugate().cwiseProduct(y)).sum().real() + 0.5 * y.squaredNorm();
  }

 private:
  CausalScore score_;
  Eigen::MatrixXcd x_, c_;
  double distortion_;
};

}  // namespace

TEST_CASE("with linear scores causal attention is linear attention") {
  const Eigen::Index d = 3, T = 7;
  const LinearAttention weights = random_weights(d, 5);
  const Eigen::MatrixXcd x = normal_matrix(d, T, 7), c = normal_matrix(d, T - 2, 8);
  CHECK((model::predict(CausalScore::linear, weights, x) - model::predict(weights, x)).norm() < same_formula);
  const LinearAttention ours = model::vector_jacobian(CausalScore::linear, weights, x, c);
  const LinearAttention theirs = model::vector_jacobian(weights, x, c);
  CHECK((ours.P - theirs.P).norm() + (ours.Q - theirs.Q).norm() < same_formula);
}

TEST_CASE("softmax predictions equal the formula written out") {
  const Eigen::Index d = 2, T = 6;
  const LinearAttention weights = random_weights(d, 21);
  const Eigen::MatrixXcd x = normal_matrix(d, T, 23);
  const Eigen::MatrixXcd y = model::predict(CausalScore::softmax, weights, x);
  for (Eigen::Index t = 2; t < T; ++t) {
    Eigen::VectorXcd numerator = Eigen::VectorXcd::Zero(2 * d), query(2 * d);
    double denominator = 0;
    query << x.col(t - 1), x.col(t - 2);
    for (Eigen::Index s = 1; s <= t; ++s) {
      Eigen::VectorXcd token = Eigen::VectorXcd::Zero(2 * d);
      token.head(d) = x.col(s - 1);
      if (s > 1) token.tail(d) = x.col(s - 2);
      const double share = std::exp(token.dot(weights.Q * query).real() / 2);  // sqrt(2d) = 2
      numerator += share * token;
      denominator += share;
    }
    CHECK((y.col(t - 2) - weights.P * numerator / denominator).norm() < same_formula);
  }
}

TEST_CASE("the vector-Jacobian product of causal attention is its gradient, and a wrong one is seen") {
  const CausalScore score = GENERATE(CausalScore::linear, CausalScore::softmax);
  const auto [d, T, seed] = GENERATE(table<int, int, unsigned>({{1, 3, 31}, {2, 6, 32}, {3, 5, 33}}));
  CAPTURE(score == CausalScore::softmax, d, T, seed);
  const Eigen::MatrixXcd x = normal_matrix(d, T, seed), c = normal_matrix(d, T - 2, seed + 100);
  std::vector<double> theta(model::weight_count(d));
  model::pack(random_weights(d, seed + 200), theta);
  const test::CheckTolerance tolerance;
  PredictionFunctional functional(score, x, c), wrong(score, x, c, 1 + 1e-6);
  CHECK(test::check_gradient(functional, theta).within(tolerance.gradient));
  CHECK_FALSE(test::check_gradient(wrong, theta).within(tolerance.gradient));
}

TEST_CASE("scores far beyond the range of exponentials give the token of the largest") {
  std::mt19937_64 generator(3);
  const Eigen::MatrixXcd x = rotating_states(2, 12, generator);
  const Eigen::MatrixXcd y = model::predict(CausalScore::softmax, model::diagonal_start(2, 1e12, 1), x);
  for (Eigen::Index t = 2; t < 12; ++t) {
    double nearest = 1e300;  // x_s of the x_{s-1} most like x_t; e_1 has score 0
    for (Eigen::Index s = 1; s <= t; ++s) nearest = std::min(nearest, (y.col(t - 2) - x.col(s - 1)).norm());
    CHECK(nearest < same_formula);
  }
}

TEST_CASE("causal attention refuses shapes that do not fit") {
  const LinearAttention weights = model::diagonal_start(2, 1, 1);
  const auto score = CausalScore::softmax;
  CHECK_THROWS_AS(model::predict(score, weights, Eigen::MatrixXcd::Zero(2, 2)), std::invalid_argument);
  CHECK_THROWS_AS(model::predict(score, weights, Eigen::MatrixXcd::Zero(3, 5)), std::invalid_argument);
  CHECK_THROWS_AS(
      model::vector_jacobian(score, weights, Eigen::MatrixXcd::Zero(2, 5), Eigen::MatrixXcd::Zero(2, 5)),
      std::invalid_argument);
}

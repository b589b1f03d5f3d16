#include <random>
#include <stdexcept>
#include <vector>

#include "model/linear_attention.hpp"
#include "support/catch.hpp"
#include "support/gradient_check.hpp"

using namespace flowsweep;
using model::LinearAttention;

namespace {

/// Two double evaluations of the same formula in another order, values of order 1 to 100.
constexpr double same_formula = 1e-12;

std::vector<double> normal_numbers(std::size_t count, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal(0.0, 0.5);
  std::vector<double> numbers(count);
  for (double& number : numbers) number = normal(generator);
  return numbers;
}

Eigen::MatrixXcd normal_matrix(Eigen::Index rows, Eigen::Index columns, unsigned seed) {
  const std::vector<double> numbers = normal_numbers(static_cast<std::size_t>(2 * rows * columns), seed);
  Eigen::MatrixXcd matrix(rows, columns);
  for (Eigen::Index k = 0; k < matrix.size(); ++k) matrix(k) = {numbers[2 * k], numbers[2 * k + 1]};
  return matrix;
}

/// sum_t Re(c_t^* yhat_t) + 1/2 ||yhat_t||^2, whose cotangent is c_t + yhat_t; one gradient component scaled
/// by `distortion`.
class PredictionFunctional : public Differentiable {
 public:
  PredictionFunctional(Eigen::MatrixXcd x, Eigen::MatrixXcd c, double distortion = 1)
      : x_(std::move(x)), c_(std::move(c)), distortion_(distortion) {}
  std::size_t size() const override { return model::weight_count(static_cast<std::size_t>(x_.rows())); }
  double gradient(std::span<const double> theta, std::span<double> gradient) override {
    const LinearAttention attention = model::unpack(theta, static_cast<std::size_t>(x_.rows()));
    const Eigen::MatrixXcd y = model::predict(attention, x_);
    model::pack(model::vector_jacobian(attention, x_, c_ + y), gradient);
    gradient[size() / 2] *= distortion_;
    return (c_.conjugate().cwiseProduct(y)).sum().real() + 0.5 * y.squaredNorm();
  }

 private:
  Eigen::MatrixXcd x_, c_;
  double distortion_;
};

}  // namespace

TEST_CASE("predictions equal the formula with E_t written out") {
  const unsigned seed = 11;
  CAPTURE(seed);
  const Eigen::Index d = 3, T = 7;
  const LinearAttention attention{normal_matrix(d, 2 * d, seed), normal_matrix(2 * d, 2 * d, seed + 1)};
  const Eigen::MatrixXcd x = normal_matrix(d, T, seed + 2);
  Eigen::MatrixXcd tokens = Eigen::MatrixXcd::Zero(2 * d, T);
  tokens.topRows(d) = x;
  tokens.bottomRightCorner(d, T - 1) = x.leftCols(T - 1);
  const Eigen::MatrixXcd y = model::predict(attention, x);
  REQUIRE(y.cols() == T - 2);
  for (Eigen::Index t = 2; t < T; ++t) {
    const Eigen::MatrixXcd E = tokens.leftCols(t);
    const Eigen::VectorXcd expected =
        attention.P * E * E.adjoint() * attention.Q * tokens.col(t - 1) / static_cast<double>(t - 1);
    CHECK((y.col(t - 2) - expected).norm() < same_formula);
  }
}

TEST_CASE("a diagonal model predicts by one gradient step from W = 0") {
  const std::size_t d = 2;
  const double a0 = 0.7, b0 = 0.4;
  const LinearAttention attention = model::diagonal_start(d, a0, b0);
  CHECK(model::mean_diagonal_product(attention) == Approx(a0 * b0).epsilon(1e-15));
  const Eigen::MatrixXcd x = normal_matrix(2, 5, 3);
  const Eigen::MatrixXcd y = model::predict(attention, x);
  for (Eigen::Index t = 2; t < 5; ++t) {
    Eigen::MatrixXcd W = Eigen::MatrixXcd::Zero(2, 2);
    for (Eigen::Index s = 1; s < t; ++s) W += x.col(s) * x.col(s - 1).adjoint();
    CHECK((y.col(t - 2) - a0 * b0 / static_cast<double>(t - 1) * W * x.col(t - 1)).norm() < same_formula);
  }
}

TEST_CASE("the vector-Jacobian product is the gradient with respect to real and imaginary parts") {
  const auto [d, T, seed] = GENERATE(table<int, int, unsigned>({{1, 3, 21}, {2, 6, 22}, {3, 5, 23}}));
  CAPTURE(d, T, seed);
  const Eigen::MatrixXcd x = normal_matrix(d, T, seed), c = normal_matrix(d, T - 2, seed + 100);
  const std::vector<double> theta = normal_numbers(model::weight_count(d), seed + 200);
  const test::CheckTolerance tolerance;

  PredictionFunctional functional(x, c);
  CHECK(test::check_gradient(functional, theta).within(tolerance.gradient));

  PredictionFunctional wrong(x, c, 1 + 1e-6);
  const test::GradientCheck check = test::check_gradient(wrong, theta);
  CHECK_FALSE(check.within(tolerance.gradient));
  CHECK(check.component == theta.size() / 2);
}

TEST_CASE("the flat layout is P then Q, row-major, re and im interleaved") {
  const std::size_t d = 2;
  std::vector<double> weights(model::weight_count(d));
  for (std::size_t k = 0; k < weights.size(); ++k) weights[k] = static_cast<double>(k);
  const LinearAttention attention = model::unpack(weights, d);
  CHECK(attention.P(0, 1) == std::complex<double>(2, 3));
  CHECK(attention.Q(0, 0) == std::complex<double>(16, 17));
  CHECK(attention.P1()(1, 0).real() == static_cast<double>(model::p1_index(d, 1, 0)));
  CHECK(attention.Q21()(1, 0).real() == static_cast<double>(model::q21_index(d, 1, 0)));
  CHECK(attention.P2()(0, 0) == attention.P(0, 2));
  CHECK(attention.Q12()(1, 1) == attention.Q(1, 3));
  std::vector<double> again(weights.size());
  model::pack(attention, again);
  CHECK(again == weights);
}

TEST_CASE("shapes that do not fit are refused") {
  const LinearAttention attention = model::diagonal_start(2, 1, 1);
  std::vector<double> short_weights(5);
  CHECK_THROWS_AS(model::unpack(short_weights, 2), std::invalid_argument);
  CHECK_THROWS_AS(model::pack(attention, short_weights), std::invalid_argument);
  CHECK_THROWS_AS(model::diagonal_start(0, 1, 1), std::invalid_argument);
  CHECK_THROWS_AS(model::predict(attention, Eigen::MatrixXcd::Zero(2, 2)), std::invalid_argument);
  CHECK_THROWS_AS(model::predict(attention, Eigen::MatrixXcd::Zero(3, 5)), std::invalid_argument);
  CHECK_THROWS_AS(
      model::vector_jacobian(attention, Eigen::MatrixXcd::Zero(2, 5), Eigen::MatrixXcd::Zero(2, 5)),
      std::invalid_argument);
}

// Kernel expansions and the explicit dual model against an explicit feature map: the Taylor features of exp(x
// . y).
#include <cmath>
#include <limits>
#include <stdexcept>

#include "dual/dual_model.hpp"
#include "dual/random_matrix.hpp"
#include "support/catch.hpp"

namespace flowsweep {
namespace {

using dual::DualIngredients;
using dual::DualModel;
using dual::KernelExpansion;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using test::normal_matrix;

// With |x . y| <= 2 the terms from degree 40 on add less than 1e-35.
constexpr int degree = 40;
constexpr double tolerance = 1e-12;  // sums of some hundred terms of order 10

// sqrt(1 / (a! b!)) x_0^a x_1^b for a + b < degree: their products sum to exp(x . y).
VectorXd taylor_features(const VectorXd& x) {
  VectorXd features(degree * (degree + 1) / 2);
  Eigen::Index next = 0;
  for (int a = 0; a < degree; ++a)
    for (int b = 0; a + b < degree; ++b)
      features[next++] = std::pow(x[0], a) * std::pow(x[1], b) *
                         std::exp(-(std::lgamma(a + 1.0) + std::lgamma(b + 1.0)) / 2);
  return features;
}

MatrixXd explicit_matrix(const KernelExpansion& expansion) {
  MatrixXd matrix = MatrixXd::Zero(expansion.coefficients.rows(), degree * (degree + 1) / 2);
  for (Eigen::Index i = 0; i < expansion.terms(); ++i)
    matrix += std::exp(expansion.log_factors[i]) * expansion.coefficients.col(i) *
              taylor_features(expansion.keys.col(i)).transpose();
  return matrix;
}

KernelExpansion random_expansion(CounterRng& rng, int outputs, int terms) {
  return {normal_matrix(rng, outputs, terms, 1), normal_matrix(rng, terms, 1, 0.5),
          normal_matrix(rng, 2, terms, 0.4)};
}

DualIngredients random_ingredients(CounterRng& rng, double alpha) {
  DualIngredients given;
  given.keys = normal_matrix(rng, 2, 5, 0.4);
  given.values = normal_matrix(rng, 3, 5, 1);
  given.loss_weights = VectorXd::Ones(5) + normal_matrix(rng, 5, 1, 0.1);
  given.log_normaliser = 1 + rng.uniform();
  given.start = random_expansion(rng, 3, 2);
  given.query = normal_matrix(rng, 2, 1, 0.4);
  given.bias = normal_matrix(rng, 3, 1, 1);
  given.rate = 0.7;
  given.alpha = alpha;
  return given;
}

// (Ld(W + V) - Ld(W - V)) / 2, which for a quadratic Ld is <grad Ld(W), V> up to rounding.
double central_difference(const DualModel& model, const KernelExpansion& at, const KernelExpansion& along) {
  return (model.loss(sum(at, along)) - model.loss(sum(at, scaled(along, -1)))) / 2;
}

}  // namespace

TEST_CASE("an expansion is the matrix of its Taylor features", "[dual]") {
  const std::uint64_t seed = 501;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  const KernelExpansion v = random_expansion(rng, 3, 4), w = random_expansion(rng, 3, 6);
  const MatrixXd v_matrix = explicit_matrix(v), w_matrix = explicit_matrix(w);
  const MatrixXd points = normal_matrix(rng, 2, 150, 0.4);  // more than the queries of one block
  const MatrixXd all = w.predict_all(points, 0.3);
  for (int j = 0; j < points.cols(); ++j) {
    const VectorXd expected = w_matrix * taylor_features(points.col(j));
    CHECK((w.predict(points.col(j)) - expected).norm() <= tolerance);
    CHECK((all.col(j) - std::exp(0.3) * expected).norm() <= tolerance);
  }
  CHECK(std::abs(inner_product(v, w) - v_matrix.cwiseProduct(w_matrix).sum()) <= tolerance);
  CHECK(std::abs(norm(w) - w_matrix.norm()) <= tolerance);
  CHECK((explicit_matrix(sum(v, scaled(w, -2))) - (v_matrix - 2 * w_matrix)).norm() <= tolerance);
  CHECK(scaled(w, 0).terms() == 0);
  CHECK(scaled(w, 0).predict(points.col(0)) == VectorXd::Zero(3));
  CHECK(norm(sum(w, scaled(w, -1))) <= 1e-6);  // the root of what rounding leaves of a difference
}

TEST_CASE("factor and kernel of an expansion overflow only together", "[dual]") {
  KernelExpansion expansion{MatrixXd::Ones(1, 1), VectorXd::Constant(1, -1000),
                            MatrixXd::Constant(1, 1, 1000)};
  CHECK(expansion.predict(VectorXd::Ones(1))[0] == 1);
  CHECK(expansion.predict(VectorXd::Constant(1, 2), -1000)[0] == 1);
  CHECK(std::isinf(expansion.predict(VectorXd::Constant(1, 2))[0]));
  expansion.coefficients(0, 0) = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(expansion.predict(VectorXd::Ones(1))[0]));
}

TEST_CASE("loss and step of the dual model are those of explicit features", "[dual]") {
  for (const double alpha : {0.0, -0.3, 0.5}) {
    const std::uint64_t seed = 502;
    CounterRng rng(seed, 0);
    CAPTURE(seed, alpha);
    const DualIngredients given = random_ingredients(rng, alpha);
    const DualModel model(given);
    const KernelExpansion w = random_expansion(rng, 3, 3);
    const MatrixXd matrix = explicit_matrix(w);
    MatrixXd data = MatrixXd::Zero(matrix.rows(), matrix.cols());  // sum_i u_i v_i phi(k_i)^T / D
    for (int i = 0; i < 5; ++i)
      data += given.loss_weights[i] / std::exp(given.log_normaliser) * given.values.col(i) *
              taylor_features(given.keys.col(i)).transpose();
    const double loss =
        -data.cwiseProduct(matrix).sum() / given.rate + alpha / (2 * given.rate) * matrix.squaredNorm();
    CHECK(std::abs(model.loss(w) - loss) <= tolerance);
    CHECK((explicit_matrix(model.step(w)) - ((1 - alpha) * matrix + data)).norm() <= tolerance);
    const VectorXd prediction = matrix * taylor_features(given.query) + given.bias;
    CHECK((model.predict(w) - prediction).norm() <= tolerance);
  }
}

TEST_CASE("the dual model's gradient is that of its loss, and the check sees a wrong one", "[dual]") {
  const std::uint64_t seed = 503;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  DualIngredients given = random_ingredients(rng, 0.4);
  const DualModel model(given);
  given.alpha = 0.39;
  const DualModel other_alpha(given);
  given.alpha = 0.4;
  given.loss_weights[2] += 0.01;
  const DualModel other_loss(given);
  const KernelExpansion at = random_expansion(rng, 3, 3), along = random_expansion(rng, 3, 4);
  const double slope = central_difference(model, at, along);
  CHECK(std::abs(slope - inner_product(model.gradient(at), along)) <= tolerance);
  CHECK(std::abs(slope - inner_product(other_alpha.gradient(at), along)) > 1e-4);
  CHECK(std::abs(slope - inner_product(other_loss.gradient(at), along)) > 1e-4);
}

TEST_CASE("one-token steps in any order end at the full step", "[dual]") {
  const std::uint64_t seed = 504;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  const DualModel model(random_ingredients(rng, 0.4));
  const DualIngredients& given = model.ingredients();
  const VectorXd full = prediction_after_one_step(model);
  const MatrixXd start = explicit_matrix(given.start);
  const VectorXd features = taylor_features(given.query);
  for (const std::vector<int>& order : {std::vector{0, 1, 2, 3, 4}, std::vector{3, 0, 4, 1, 2}}) {
    const MatrixXd path = model.stepwise_predictions(order);
    VectorXd expected = 0.6 * start * features + given.bias;
    CHECK((path.col(0) - expected).norm() <= tolerance);
    for (int n = 0; n < 5; ++n) {
      const int i = order[static_cast<std::size_t>(n)];
      expected += given.loss_weights[i] * given.values.col(i) *
                  std::exp(given.keys.col(i).dot(given.query) - given.log_normaliser);
      CHECK((path.col(n + 1) - expected).norm() <= tolerance);
    }
    CHECK((path.col(5) - full).norm() <= tolerance);
  }
  CHECK_THROWS_AS(model.stepwise_predictions(std::vector{0, 1, 2, 3}), std::invalid_argument);
  CHECK_THROWS_AS(model.stepwise_predictions(std::vector{0, 1, 2, 3, 3}), std::invalid_argument);
  CHECK_THROWS_AS(model.stepwise_predictions(std::vector{0, 1, 2, 3, 5}), std::invalid_argument);
}

TEST_CASE("ingredients that do not fit are refused", "[dual]") {
  CounterRng rng(505, 0);
  const DualIngredients fitting = random_ingredients(rng, 0);
  const auto refused = [&](auto change) {
    DualIngredients given = fitting;
    change(given);
    CHECK_THROWS_AS(DualModel(given), std::invalid_argument);
  };
  CHECK_NOTHROW(DualModel(fitting));
  refused([](DualIngredients& given) { given.values = MatrixXd::Ones(3, 4); });
  refused([](DualIngredients& given) { given.loss_weights = VectorXd::Ones(4); });
  refused([](DualIngredients& given) { given.query = VectorXd::Ones(3); });
  refused([](DualIngredients& given) { given.bias = VectorXd::Ones(2); });
  refused([](DualIngredients& given) { given.start.keys = MatrixXd::Ones(3, 2); });
  refused([](DualIngredients& given) { given.start.log_factors = VectorXd::Ones(1); });
}

}  // namespace flowsweep

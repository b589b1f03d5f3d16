// Random features and finite duals; the constants of their errors against integrals over one feature.
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "dual/feature_errors.hpp"
#include "dual/random_features.hpp"
#include "dual/random_matrix.hpp"
#include "support/catch.hpp"
#include "support/z_bound.hpp"

namespace flowsweep {
namespace {

using dual::DualIngredients;
using dual::FiniteDual;
using dual::Normaliser;
using dual::RandomFeatures;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using test::normal_matrix;

constexpr double tolerance = 1e-12;  // sums of some hundred terms of order 1
// Standard errors of a mean that one check in 16,000 exceeds by chance if the mean is normal.
const double deviations = test::z_bound(1.0 / 16000);

// A dual of attention on `demonstrations` and two query tokens, with alpha.
DualIngredients attention_dual(CounterRng& rng, int d, int outputs, int demonstrations, double key_norm) {
  DualIngredients given;
  const double scale = key_norm / std::sqrt(d);
  given.keys = normal_matrix(rng, d, demonstrations, scale);
  given.values = normal_matrix(rng, outputs, demonstrations, 1);
  given.loss_weights = VectorXd::Ones(demonstrations);
  given.query = normal_matrix(rng, d, 1, scale);
  const MatrixXd start_keys = normal_matrix(rng, d, 2, scale);
  given.log_normaliser = std::log((given.keys.transpose() * given.query).array().exp().sum() +
                                  (start_keys.transpose() * given.query).array().exp().sum());
  given.start = {normal_matrix(rng, outputs, 2, 1), VectorXd::Constant(2, -given.log_normaliser), start_keys};
  given.bias = VectorXd::Ones(outputs);
  given.rate = 0.4;
  given.alpha = 0.25;
  return given;
}

// All tokens as the finite models see them: keys, values as they enter the output, weights.
struct Terms {
  MatrixXd keys, values;
  VectorXd weights;
};

Terms terms_of(const DualIngredients& given) {
  Terms all{MatrixXd(given.keys.rows(), given.keys.cols() + 2),
            MatrixXd(given.values.rows(), given.keys.cols() + 2),
            {}};
  all.keys << given.keys, given.start.keys;
  all.values << given.values, (1 - given.alpha) * given.start.coefficients;
  all.weights = ((all.keys.transpose() * given.query).array() - given.log_normaliser).exp();
  return all;
}

// E g(w) over a standard normal w, by the trapezoidal rule, whose error here is below 1e-15.
template <typename Function>
double normal_mean(const Function& g) {
  const double step = 1.0 / 64;
  double total = 0;
  for (double w = -40; w <= 40; w += step) total += g(w) * std::exp(-w * w / 2);
  return total * step / std::sqrt(2 * std::numbers::pi);
}

}  // namespace

TEST_CASE("random features are the documented function of normal numbers, unbiased for exp", "[dual]") {
  const std::uint64_t seed = 521;
  CounterRng rng(seed, 0), again(seed, 0);
  CAPTURE(seed);
  const int count = 20000;
  const RandomFeatures features(3, count, rng);
  const MatrixXd directions = normal_matrix(again, count, 3, 1);
  const MatrixXd points = normal_matrix(again, 3, 2, 0.4);
  const MatrixXd mapped = features.map(points);
  for (const int m : {0, 1, count - 1})
    CHECK(mapped(m, 1) ==
          Approx(std::exp(directions.row(m).dot(points.col(1)) - points.col(1).squaredNorm() / 2) /
                 std::sqrt(count))
              .epsilon(tolerance));
  const VectorXd products = count * mapped.col(0).cwiseProduct(mapped.col(1));
  const double mean = products.mean();
  const double error = std::sqrt((products.array() - mean).square().sum() / (count - 1.0) / count);
  CHECK(std::abs(mean - std::exp(points.col(0).dot(points.col(1)))) <= deviations * error);
  CHECK(error < 0.01 * mean);  // so that the check can fail
  CHECK_THROWS_AS(RandomFeatures(0, 4, rng), std::invalid_argument);
  CHECK_THROWS_AS(RandomFeatures(4, 0, rng), std::invalid_argument);
}

TEST_CASE("a finite dual's trained matrix predicts the weighted values", "[dual]") {
  const std::uint64_t seed = 522;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  const DualIngredients given = attention_dual(rng, 4, 3, 6, 1);
  const RandomFeatures features(4, 50, rng);
  const FiniteDual model(given, features);
  const Terms all = terms_of(given);
  const VectorXd raw = features.map(all.keys).transpose() * features.map(given.query);
  for (const auto normaliser : {Normaliser::exact, Normaliser::estimated}) {
    const VectorXd a = raw / (normaliser == Normaliser::exact ? std::exp(given.log_normaliser) : raw.sum());
    CHECK((model.attention(normaliser) - a).norm() <= tolerance);
    const MatrixXd start = model.start(normaliser);
    CHECK((model.predict(start) - given.start.coefficients * a.tail(2)).norm() <= tolerance);
    CHECK((model.predict(model.step(start, normaliser)) - all.values * a).norm() <= tolerance);
    CHECK((start - given.rate * model.gradient(start, normaliser) - model.step(start, normaliser)).norm() ==
          0);
  }
}

TEST_CASE("the constants of the feature errors are integrals over one feature", "[dual]") {
  const std::uint64_t seed = 523;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  const DualIngredients given = attention_dual(rng, 1, 2, 5, 0.8);
  const Terms all = terms_of(given);
  const double q = given.query[0];
  const VectorXd output = all.values * all.weights;
  // What one feature makes of a_j: a_j exp(w s - s^2 / 2), s = q + k_j.
  const auto estimate = [&](double w) {
    const Eigen::ArrayXd sums = all.keys.row(0).transpose().array() + q;
    return VectorXd(all.weights.array() * (w * sums - sums.square() / 2).exp());
  };
  const auto constants = dual::feature_constants(given);
  CHECK(normal_mean([](double) { return 1; }) == Approx(1).epsilon(tolerance));
  const auto exact = [&](double w) { return (all.values * estimate(w) - output).squaredNorm(); };
  CHECK(constants.exact == Approx(normal_mean(exact)).epsilon(1e-11));
  const auto estimated = [&](double w) {
    const VectorXd a = estimate(w);
    return (all.values * a - a.sum() * output).squaredNorm();
  };
  CHECK(constants.estimated == Approx(normal_mean(estimated)).epsilon(1e-11));
  const auto attention = [&](double w) {
    const VectorXd a = estimate(w);
    return (a - a.sum() * all.weights).squaredNorm();
  };
  CHECK(constants.attention == Approx(normal_mean(attention)).epsilon(1e-11));
  CHECK(constants.squared_output == Approx(output.squaredNorm()).epsilon(tolerance));
  CHECK(constants.largest_squared_sum ==
        Approx((all.keys.array() + q).square().maxCoeff()).epsilon(tolerance));
}

TEST_CASE("mean squared errors of finite duals follow their constants over d_r", "[dual]") {
  const std::uint64_t seed = 524;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  const DualIngredients given = attention_dual(rng, 6, 4, 9, 0.3);
  const auto constants = dual::feature_constants(given);
  for (const int features : {64, 512}) {
    CAPTURE(features);
    const auto errors = dual::feature_errors(given, features, 600, rng);
    const auto within = [&](const dual::MeanError& measured, double constant, double bias) {
      CHECK(std::abs(measured.mean - constant / features) <=
            deviations * measured.standard_error + bias * constant / features);
      CHECK(measured.standard_error < 0.15 * measured.mean);
      // A constant that is wrong by a factor 2 is seen.
      CHECK(std::abs(measured.mean - 2 * constant / features) > deviations * measured.standard_error);
    };
    within(errors.exact, constants.exact, 0);
    // The estimated normaliser has a term of second order, 1 / d_r relative to the first with a constant of
    // order 10.
    within(errors.estimated, constants.estimated, 10.0 / features);
    within(errors.attention, constants.attention, 10.0 / features);
  }
}

TEST_CASE("a finite dual with another normaliser misses the law of its errors", "[dual]") {
  CounterRng rng(525, 0);
  DualIngredients given = attention_dual(rng, 6, 4, 9, 0.5);
  const auto constants = dual::feature_constants(given);
  const VectorXd output = terms_of(given).values * terms_of(given).weights;
  given.log_normaliser += 0.5;
  given.start.log_factors.array() -= 0.5;
  const int features = 2048;
  double mean = 0;
  for (int draw = 0; draw < 10; ++draw) {
    const RandomFeatures sample(6, features, rng);
    const FiniteDual model(given, sample);
    const MatrixXd trained = model.step(model.start(Normaliser::exact), Normaliser::exact);
    mean += (model.predict(trained) - output).squaredNorm() / 10;
  }
  CHECK(mean > 10 * constants.exact / features);
}

TEST_CASE("feature errors repeat in equal bits and refuse single draws", "[dual]") {
  CounterRng rng(526, 0);
  const DualIngredients given = attention_dual(rng, 3, 2, 4, 1);
  CounterRng first(1, 2), second(1, 2);
  const auto one = dual::feature_errors(given, 33, 3, first),
             two = dual::feature_errors(given, 33, 3, second);
  CHECK(one.exact.mean == two.exact.mean);
  CHECK(one.estimated.standard_error == two.estimated.standard_error);
  CHECK_THROWS_AS(dual::feature_errors(given, 33, 1, first), std::invalid_argument);
  CHECK_THROWS_AS(dual::feature_errors(given, 0, 3, first), std::invalid_argument);
}

TEST_CASE("sums beyond the range of exp make the constants of feature errors infinite, not wrong", "[dual]") {
  CounterRng rng(527, 0);
  DualIngredients given = attention_dual(rng, 2, 2, 4, 1);
  given.query *= 1000;
  CHECK_FALSE(std::isfinite(dual::feature_constants(given).exact));
}

}  // namespace flowsweep

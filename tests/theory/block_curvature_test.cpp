#include "theory/block_curvature.hpp"

#include <Eigen/Eigenvalues>
#include <vector>

#include "model/linear_attention.hpp"
#include "risk/full_population.hpp"
#include "settings.hpp"
#include "support/catch.hpp"
#include "theory/stationary_point.hpp"

using namespace flowsweep;
using namespace flowsweep::theory;
using test::setting_of;

namespace {

constexpr double rounding = 1e-11;  // of eigenvalues, relative to the largest

// Every Hessian entry between the other blocks at A = a Sigma, B = b Sigma.
Eigen::MatrixXd dense_hessian(const MesaSetting& setting, const LimitWeights& limit, int negative) {
  const auto d = static_cast<std::size_t>(setting.dimension);
  const auto risk = risk::full_population_risk(*setting.law, setting.context);
  auto theta = risk::full_diagonal_start(setting.dimension, limit.a, limit.b);
  std::vector<std::size_t> entries;
  for (std::size_t i = 0; i < d; ++i) {
    if (i < static_cast<std::size_t>(negative)) {
      theta[model::p1_index(d, i, i) / 2] *= -1;
      theta[model::q21_index(d, i, i) / 2] *= -1;
    }
    for (std::size_t j = 0; j < d; ++j)
      for (const auto index : {model::p2_index, model::q11_index, model::q12_index, model::q22_index})
        entries.push_back(index(d, i, j) / 2);
  }
  const auto n = static_cast<Eigen::Index>(entries.size());
  Eigen::MatrixXd hessian(n, n);
  std::vector<double> direction(theta.size()), product(theta.size());
  for (Eigen::Index k = 0; k < n; ++k) {
    std::fill(direction.begin(), direction.end(), 0.0);
    direction[entries[k]] = 1;
    risk->hessian_product(theta, direction, product);
    for (Eigen::Index l = 0; l < n; ++l) hessian(l, k) = product[entries[l]];
  }
  return hessian;
}

LimitWeights limit_of(const MesaSetting& setting, double delta) {
  return limit_weights(predicted_limit(setting).product, delta);
}

}  // namespace

TEST_CASE("the curvature of the other blocks is the smallest eigenvalue of their Hessian", "[curvature]") {
  for (const char* law : {"gaussian", "uniform", "rademacher", "sphere"})
    for (const int d : {1, 2, 3, 5})
      for (int negative = 0; negative <= d; ++negative)
        for (const std::int64_t context : {3, 4, 50}) {
          const MesaSetting setting = setting_of(law, d, context, 0.7);
          const LimitWeights limit = limit_of(setting, 0.3);
          const Eigen::VectorXd all = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(
                                          dense_hessian(setting, limit, negative), Eigen::EigenvaluesOnly)
                                          .eigenvalues();
          CAPTURE(law, d, negative, context);
          CHECK(other_block_curvature(setting, limit, negative) ==
                Approx(all[0]).epsilon(0).margin(rounding * all[all.size() - 1]));
        }
}

TEST_CASE("the other blocks have a flat direction at T = 3, for d = 1, and for balanced signs of rademacher",
          "[curvature]") {
  const auto flat = [](const char* law, int d, std::int64_t context, int negative) {
    const MesaSetting setting = setting_of(law, d, context, 0.7);
    const LimitWeights limit = limit_of(setting, 0);
    CAPTURE(law, d, context, negative);
    CHECK(std::abs(other_block_curvature(setting, limit, negative)) <=
          rounding * predicted_limit(setting).s2);
  };
  for (const char* law : {"gaussian", "uniform", "rademacher", "sphere", "laplace"})
    for (const int d : {1, 2, 5}) flat(law, d, 3, 0);
  for (const std::int64_t context : {4, 5, 100}) flat("gaussian", 1, context, 0);
  for (const int d : {2, 4, 6}) flat("rademacher", d, 20, d / 2);
}

TEST_CASE("the origin is a saddle, a limit is not, and a point with a gradient is neither", "[curvature]") {
  const MesaSetting setting = setting_of("gaussian", 3, 20);
  const auto risk = risk::full_population_risk(*setting.law, setting.context);
  const LimitWeights limit = limit_of(setting, 0);
  const auto end = risk::full_diagonal_start(3, limit.a, limit.b);
  CHECK(is_saddle(*risk, risk::full_diagonal_start(3, 0, 0), 1e-9) == true);
  CHECK(is_saddle(*risk, end, 1e-9) == false);
  CHECK(is_saddle(*risk, risk::full_diagonal_start(3, 0.1, 0.1), 1e-9) == false);
  const auto wide = risk::full_population_risk(*setting_of("gaussian", 17, 20).law, 20);
  REQUIRE(wide->size() > most_saddle_parameters);
  CHECK(is_saddle(*wide, risk::full_diagonal_start(17, 0, 0), 1e-9) == std::nullopt);
}

TEST_CASE(
    "P1 = Q21 = Q12 = 0, Q11 = -Q22 diagonal predicts nothing: stationary, and no saddle where it is large",
    "[curvature]") {
  const MesaSetting setting = setting_of("gaussian", 3, 4);
  const auto risk = risk::full_population_risk(*setting.law, setting.context);
  for (const double size : {0.05, 3.0}) {
    auto theta = risk::full_diagonal_start(3, 0, 0);
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t j = 0; j < 3; ++j)
        theta[model::p2_index(3, i, j) / 2] = size * (i == j ? 1.0 : 0.1 * static_cast<double>(i));
    for (std::size_t j = 0; j < 3; ++j) {
      theta[model::q11_index(3, j, j) / 2] = size * (1 + 0.1 * static_cast<double>(j));
      theta[model::q22_index(3, j, j) / 2] = -size * (1 + 0.1 * static_cast<double>(j));
    }
    std::vector<double> gradient(theta.size());
    CAPTURE(size);
    CHECK(risk->gradient(theta, gradient) == Approx(3).epsilon(rounding));  // H0 E||v||^2 / 2
    for (const double entry : gradient) CHECK(std::abs(entry) <= rounding);
    CHECK(is_saddle(*risk, theta, 1e-9) == (size < 1));
  }
}

TEST_CASE("elsewhere the other blocks curve upwards", "[curvature]") {
  const auto share = [](const char* law, int d, std::int64_t context, int negative) {
    const MesaSetting setting = setting_of(law, d, context);
    return other_block_curvature(setting, limit_of(setting, 0), negative) / predicted_limit(setting).s2;
  };
  for (const char* law : {"gaussian", "uniform", "laplace", "sphere"})
    for (const int d : {2, 3, 6})
      for (const std::int64_t context : {4, 20, 1000})
        for (int negative = 0; negative <= d; ++negative) {
          CAPTURE(law, d, context, negative, share(law, d, context, negative));
          CHECK(share(law, d, context, negative) > 1e-6);
        }
  CHECK(share("rademacher", 3, 20, 1) > 1e-4);
  CHECK(share("rademacher", 4, 20, 1) > 1e-4);
}

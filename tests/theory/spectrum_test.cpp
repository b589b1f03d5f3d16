#include "theory/mesa_spectrum.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <vector>

#include "risk/population.hpp"
#include "settings.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::theory;

namespace {

// Central differences of order 4 of a gradient that is a cubic polynomial are exact: rounding / step remains.
constexpr double step = 1e-2;
constexpr double numeric_error = 1e-10;  // relative to the largest eigenvalue
constexpr double quoted = 0.006;         // absolute: figures quoted to two decimals

Eigen::MatrixXd numeric_hessian(risk::PopulationRisk& risk, std::vector<double> theta) {
  const auto n = static_cast<Eigen::Index>(risk.size());
  Eigen::MatrixXd hessian(n, n);
  std::vector<double> gradient(risk.size());
  for (Eigen::Index k = 0; k < n; ++k) {
    const double centre = theta[k];
    hessian.col(k).setZero();
    for (const auto& [shift, weight] : {std::pair{-2, 1.0}, {-1, -8.0}, {1, 8.0}, {2, -1.0}}) {
      theta[k] = centre + shift * step;
      risk.gradient(theta, gradient);
      hessian.col(k) += weight / (12 * step) * Eigen::Map<const Eigen::VectorXd>(gradient.data(), n);
    }
    theta[k] = centre;
  }
  return (hessian + hessian.transpose()) / 2;
}

struct Spectra {
  double differences, off_diagonal, largest, valley;
};

// Smallest eigenvalues of the Hessian restricted to diagonals of zero mean and to off-diagonal entries, its
// largest eigenvalue, and the smallest on mean diagonals.
Spectra numeric_spectra(const MesaSetting& setting, const LimitWeights& limit) {
  const int d = setting.dimension;
  risk::PopulationRisk risk(setting.law, setting.context);
  const Eigen::MatrixXd hessian = numeric_hessian(risk, risk::diagonal_start(d, limit.a, limit.b));
  const auto smallest_on = [&](const Eigen::MatrixXd& basis) {
    return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(basis.transpose() * hessian * basis)
        .eigenvalues()[0];
  };
  Eigen::MatrixXd mean = Eigen::MatrixXd::Zero(2 * d * d, 2),
                  differences = Eigen::MatrixXd::Zero(2 * d * d, 2 * (d - 1));
  std::vector<Eigen::Index> off;
  for (int half = 0; half < 2; ++half)
    for (int i = 0; i < d; ++i)
      for (int j = 0; j < d; ++j) {
        const Eigen::Index entry = half * d * d + i * d + j;
        if (i != j) {
          off.push_back(entry);
          continue;
        }
        mean(entry, half) = 1 / std::sqrt(d);
        // Helmert's contrasts: an orthonormal basis of the vectors of sum zero.
        for (int k = 1; k < d; ++k) {
          const double length = std::sqrt(k * (k + 1.0));
          differences(entry, half * (d - 1) + k - 1) = i < k ? 1 / length : i == k ? -k / length : 0;
        }
      }
  Eigen::MatrixXd entries = Eigen::MatrixXd::Zero(2 * d * d, static_cast<Eigen::Index>(off.size()));
  for (std::size_t k = 0; k < off.size(); ++k) entries(off[k], static_cast<Eigen::Index>(k)) = 1;
  return {smallest_on(differences), smallest_on(entries),
          Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(hessian).eigenvalues().maxCoeff(),
          smallest_on(mean)};
}

}  // namespace

TEST_CASE("curvature of the gaussian risk at d = 5, T = 100", "[spectrum]") {
  const MesaSetting setting = test::setting_of("gaussian", 5, 100);
  const double root = std::sqrt(predicted_limit(setting).product);
  const TransverseCurvature curvature = transverse_curvature(setting, {root, root});
  CHECK(curvature.off_diagonal == Approx(62.22).margin(quoted));
  CHECK(curvature.differences == Approx(29.75).margin(quoted));
  CHECK(curvature.largest == Approx(588).epsilon(1e-12));
}

TEST_CASE("curvatures are those of the differentiated risk", "[spectrum]") {
  for (const char* family : {"gaussian", "rademacher", "uniform", "sparse"})
    for (const int d : {2, 3, 4})
      for (const int context : {3, 6, 40})
        for (const double delta : {0.0, 0.8, -0.8}) {
          const MesaSetting setting = test::setting_of(family, d, context, 1.1);
          const LimitWeights limit = limit_weights(predicted_limit(setting).product, delta);
          const TransverseCurvature stated = transverse_curvature(setting, limit);
          const Spectra found = numeric_spectra(setting, limit);
          const double tolerance = numeric_error * found.largest;
          CAPTURE(family, d, context, delta);
          CHECK(std::abs(stated.differences - found.differences) <= tolerance);
          CHECK(std::abs(stated.off_diagonal - found.off_diagonal) <= tolerance);
          CHECK(std::abs(stated.largest - found.largest) <= tolerance);
          CHECK(std::abs(found.valley) <= tolerance);  // the balance valley is flat
        }
}

TEST_CASE("sparse laws are flat across the diagonal set", "[spectrum]") {
  const MesaSetting setting = test::setting_of("sparse", 4, 20);
  const TransverseCurvature curvature = transverse_curvature(setting, limit_weights(1, 0.3));
  CHECK(std::abs(curvature.differences) <= 1e-12 * curvature.largest);
  CHECK(std::abs(curvature.off_diagonal) <= 1e-12 * curvature.largest);
}

TEST_CASE("in one dimension there is nothing across", "[spectrum]") {
  const MesaSetting setting = test::setting_of("gaussian", 1, 20);
  const TransverseCurvature curvature = transverse_curvature(setting, limit_weights(0.2, 0));
  CHECK(curvature.differences == curvature.largest);
  CHECK(curvature.off_diagonal == curvature.largest);
  CHECK(curvature.largest > 0);
}

TEST_CASE("every eigenvalue has the multiplicity stated, for d = 2 to 5", "[spectrum]") {
  for (const char* family : {"gaussian", "rademacher", "uniform", "sparse"})
    for (const int d : {1, 2, 3, 4, 5})
      for (const int context : {3, 7, 50})
        for (const double delta : {0.0, 0.8, -0.8}) {
          const MesaSetting setting = test::setting_of(family, d, context, 1.1);
          const LimitWeights limit = limit_weights(predicted_limit(setting).product, delta);
          std::vector<double> stated;
          for (const HessianMode& mode : closed_spectrum(setting, limit))
            stated.insert(stated.end(), static_cast<std::size_t>(mode.multiplicity), mode.eigenvalue);
          std::ranges::sort(stated);
          risk::PopulationRisk risk(setting.law, setting.context);
          const Eigen::MatrixXd hessian = numeric_hessian(risk, risk::diagonal_start(d, limit.a, limit.b));
          const Eigen::VectorXd found = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(hessian).eigenvalues();
          CAPTURE(family, d, context, delta);
          REQUIRE(stated.size() == static_cast<std::size_t>(found.size()));
          for (std::size_t k = 0; k < stated.size(); ++k)
            CHECK(std::abs(stated[k] - found[static_cast<Eigen::Index>(k)]) <= numeric_error * stated.back());
        }
}

TEST_CASE("symmetric pairs carry the square root, antisymmetric pairs X and Y themselves", "[spectrum]") {
  const MesaSetting setting = test::setting_of("gaussian", 3, 12);
  const LimitWeights limit = limit_weights(predicted_limit(setting).product, 0.4);
  risk::PopulationRisk risk(setting.law, setting.context);
  const Eigen::MatrixXd hessian = numeric_hessian(risk, risk::diagonal_start(3, limit.a, limit.b));
  const std::vector<HessianMode> spectrum = closed_spectrum(setting, limit);
  for (const auto& [mode, sign] :
       {std::pair{Mode::symmetric_pairs, 1.0}, {Mode::antisymmetric_pairs, -1.0}}) {
    Eigen::MatrixXd basis = Eigen::MatrixXd::Zero(18, 2);  // (B, A) at the pair (0, 1)
    for (int half = 0; half < 2; ++half) {
      basis(9 * half + 1, half) = 1 / std::sqrt(2);
      basis(9 * half + 3, half) = sign / std::sqrt(2);
    }
    const Eigen::VectorXd found =
        Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(basis.transpose() * hessian * basis).eigenvalues();
    CAPTURE(name(mode));
    CHECK(found[0] == Approx(slowest_in(spectrum, mode)).epsilon(1e-9));
  }
}

TEST_CASE("signs with three tokens have no transverse curvature", "[spectrum]") {
  for (const int d : {2, 3, 5}) {
    const MesaSetting setting = test::setting_of("rademacher", d, 3);
    const TransverseCurvature curvature =
        transverse_curvature(setting, limit_weights(predicted_limit(setting).product, 0));
    CAPTURE(d);
    CHECK(std::abs(std::min(curvature.differences, curvature.off_diagonal)) <= 1e-12 * curvature.largest);
  }
}

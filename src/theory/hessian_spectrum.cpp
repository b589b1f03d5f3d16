#include "theory/hessian_spectrum.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace flowsweep::theory {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// A remainder below this, relative to the largest coefficient so far, is rounding: the Krylov space is
// invariant.
constexpr double invariant = 1e-10;

VectorXd product(Differentiable& risk, std::span<const double> theta, const VectorXd& direction) {
  VectorXd result(direction.size());
  risk.hessian_product(theta, {direction.data(), static_cast<std::size_t>(direction.size())},
                       {result.data(), static_cast<std::size_t>(result.size())});
  return result;
}

VectorXd random_unit(Index n, CounterRng& rng) {
  VectorXd x(n);
  for (double& entry : x) entry = rng.normal();
  return x.normalized();
}

std::vector<double> to_vector(const VectorXd& values) {
  return {values.data(), values.data() + values.size()};
}

// Eigenvalues of the tridiagonal matrix with this diagonal and the first entries of `beside`, which has
// coefficients up to `largest`.
std::vector<double> tridiagonal_eigenvalues(const std::vector<double>& diagonal,
                                            const std::vector<double>& beside, double largest) {
  const auto n = static_cast<Index>(diagonal.size());
  // Eigen's iteration takes coefficients of size 1 for granted: others may never converge.
  const double unit = largest > 0 ? largest : 1;
  const VectorXd scaled = Eigen::Map<const VectorXd>(diagonal.data(), n) / unit;
  const VectorXd scaled_beside = Eigen::Map<const VectorXd>(beside.data(), n - 1) / unit;
  Eigen::SelfAdjointEigenSolver<MatrixXd> solver;
  solver.computeFromTridiagonal(scaled, scaled_beside, Eigen::EigenvaluesOnly);
  return to_vector(solver.eigenvalues() * unit);
}

}  // namespace

DistinctEigenvalues distinct_eigenvalues(Differentiable& risk, std::span<const double> theta, CounterRng& rng,
                                         int most) {
  const auto n = static_cast<Index>(risk.size());
  const Index steps = std::min<Index>(n, most);
  MatrixXd basis(n, steps);
  basis.col(0) = random_unit(n, rng);
  std::vector<double> diagonal, beside;
  double largest = 0;
  for (Index k = 0; k < steps; ++k) {
    VectorXd next = product(risk, theta, basis.col(k));
    diagonal.push_back(basis.col(k).dot(next));
    // Twice is enough (Kahan, Parlett): what the first pass leaves of the basis is rounding.
    for (int pass = 0; pass < 2; ++pass)
      next -= basis.leftCols(k + 1) * (basis.leftCols(k + 1).transpose() * next);
    beside.push_back(next.norm());
    largest = std::max({largest, std::abs(diagonal.back()), beside.back()});
    if (beside.back() <= invariant * largest)
      return {tridiagonal_eigenvalues(diagonal, beside, largest), true};
    if (k + 1 < steps) basis.col(k + 1) = next / beside.back();
  }
  return {tridiagonal_eigenvalues(diagonal, beside, largest), steps == n};
}

std::vector<double> all_eigenvalues(Differentiable& risk, std::span<const double> theta) {
  const auto n = static_cast<Index>(risk.size());
  MatrixXd hessian(n, n);
  for (Index k = 0; k < n; ++k) hessian.col(k) = product(risk, theta, VectorXd::Unit(n, k));
  return to_vector(Eigen::SelfAdjointEigenSolver<MatrixXd>(hessian, Eigen::EigenvaluesOnly).eigenvalues());
}

}  // namespace flowsweep::theory

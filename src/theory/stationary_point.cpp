#include "theory/stationary_point.hpp"

#include <Eigen/Eigenvalues>
#include <vector>

namespace flowsweep::theory {

std::optional<bool> is_saddle(Differentiable& risk, std::span<const double> theta, double largest_gradient) {
  constexpr double negative = -1e-9;
  const auto n = static_cast<Eigen::Index>(theta.size());
  if (theta.size() > most_saddle_parameters) return std::nullopt;
  Eigen::VectorXd gradient(n), unit = Eigen::VectorXd::Zero(n);
  risk.gradient(theta, {gradient.data(), theta.size()});
  if (!(gradient.norm() <= largest_gradient)) return false;
  Eigen::MatrixXd hessian(n, n);
  for (Eigen::Index k = 0; k < n; ++k) {
    unit[k] = 1;
    risk.hessian_product(theta, {unit.data(), theta.size()}, {hessian.col(k).data(), theta.size()});
    unit[k] = 0;
  }
  const Eigen::VectorXd eigenvalues =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(hessian, Eigen::EigenvaluesOnly).eigenvalues();
  return eigenvalues[0] < negative * eigenvalues[n - 1];
}

}  // namespace flowsweep::theory

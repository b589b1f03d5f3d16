#pragma once
#include <Eigen/Dense>
#include <complex>
#include <numbers>
#include <span>
#include <vector>

#include "brute_force.hpp"
#include "finite_law.hpp"

namespace flowsweep::test {

/// The definition itself in all blocks: the mean over every atom of v and over all d-tuples of `roots`-th
/// roots of unity (exact when roots exceeds the largest charge, 3 T) of
/// sum_t 1/2 ||P E_t E_t^* Q e_t / (t-1) - x_{t+1}||^2, and its gradient. theta: P, then Q, row-major.
inline RiskAndGradient brute_force_full(const std::vector<Atom>& atoms, int context,
                                        std::span<const double> theta) {
  using Complex = std::complex<double>;
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const int d = static_cast<int>(atoms[0].v.size()), roots = 3 * context + 1;
  const Eigen::Map<const Matrix> P(theta.data(), d, 2 * d), Q(theta.data() + 2 * d * d, 2 * d, 2 * d);
  const Eigen::MatrixXcd Pc = P.cast<Complex>(), Qc = Q.cast<Complex>();
  Matrix dP = Matrix::Zero(d, 2 * d), dQ = Matrix::Zero(2 * d, 2 * d);
  double risk = 0;
  long combinations = 1;
  for (int j = 0; j < d; ++j) combinations *= roots;
  for (const Atom& atom : atoms)
    for (long c = 0; c < combinations; ++c) {
      Eigen::VectorXcd lambda(d), x(d), token = Eigen::VectorXcd::Zero(2 * d);
      long rest = c;
      for (int j = 0; j < d; ++j, rest /= roots) {
        lambda[j] = std::polar(1.0, 2 * std::numbers::pi * static_cast<double>(rest % roots) / roots);
        x[j] = atom.v[j];
      }
      token.head(d) = x;
      Eigen::MatrixXcd gram = token * token.adjoint();
      const double weight = atom.probability / static_cast<double>(combinations);
      for (int t = 2; t <= context - 1; ++t) {
        token.tail(d) = x;
        x = lambda.cwiseProduct(x).eval();
        token.head(d) = x;
        gram += token * token.adjoint();
        const Eigen::VectorXcd mixed = gram * (Qc * token) / double(t - 1);
        const Eigen::VectorXcd error = Pc * mixed - lambda.cwiseProduct(x);
        risk += 0.5 * weight * error.squaredNorm();
        dP += weight * (error * mixed.adjoint()).real();
        dQ += weight / double(t - 1) * (gram * (Pc.adjoint() * error) * token.adjoint()).real();
      }
    }
  RiskAndGradient result{risk, {}};
  result.gradient.insert(result.gradient.end(), dP.data(), dP.data() + dP.size());
  result.gradient.insert(result.gradient.end(), dQ.data(), dQ.data() + dQ.size());
  return result;
}

}  // namespace flowsweep::test

#pragma once
#include <Eigen/Dense>
#include <complex>
#include <numbers>
#include <span>
#include <vector>

#include "finite_law.hpp"

namespace flowsweep::test {

struct RiskAndGradient {
  double risk = 0;
  std::vector<double> gradient;
};

/// The definition itself: the mean over every atom of v and over all d-tuples of `roots`-th roots of unity
/// (exact when roots exceeds the largest charge, 3 T) of sum_t 1/2 ||B S_t A x_t / (t-1) - x_{t+1}||^2, and
/// its gradient.
inline RiskAndGradient brute_force(const std::vector<Atom>& atoms, int context,
                                   std::span<const double> theta) {
  using Complex = std::complex<double>;
  const int d = static_cast<int>(atoms[0].v.size());
  const int roots = 3 * context + 1;
  using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const Square> B(theta.data(), d, d), A(theta.data() + d * d, d, d);
  Square dB = Square::Zero(d, d), dA = Square::Zero(d, d);
  double risk = 0;
  long combinations = 1;
  for (int j = 0; j < d; ++j) combinations *= roots;
  std::vector<Complex> unity(roots);
  for (int k = 0; k < roots; ++k) unity[k] = std::polar(1.0, 2 * std::numbers::pi * k / roots);
  for (const Atom& atom : atoms)
    for (long c = 0; c < combinations; ++c) {
      Eigen::VectorXcd lambda(d), x(d);
      long rest = c;
      for (int j = 0; j < d; ++j, rest /= roots) {
        lambda[j] = unity[rest % roots];
        x[j] = atom.v[j];
      }
      Eigen::MatrixXcd S = Eigen::MatrixXcd::Zero(d, d);
      const double weight = atom.probability / static_cast<double>(combinations);
      for (int t = 2; t <= context - 1; ++t) {
        const Eigen::VectorXcd next = lambda.cwiseProduct(x);
        S += next * x.adjoint();
        x = next;
        const Eigen::VectorXcd memory = S * (A * x) / double(t - 1);
        const Eigen::VectorXcd error = B * memory - lambda.cwiseProduct(x);
        risk += 0.5 * weight * error.squaredNorm();
        dB += weight * (error * memory.adjoint()).real();
        dA += weight * (S.adjoint() * (B.transpose() * error) * x.adjoint()).real() / double(t - 1);
      }
    }
  RiskAndGradient result{risk, {}};
  result.gradient.insert(result.gradient.end(), dB.data(), dB.data() + d * d);
  result.gradient.insert(result.gradient.end(), dA.data(), dA.data() + d * d);
  return result;
}

}  // namespace flowsweep::test

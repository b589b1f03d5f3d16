#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "distribution/law.hpp"

namespace flowsweep::theory {

/// Exact mean square error E ||yhat_t - x_{t+1}||^2 of the layer with given (B, A) at every step t >= 3, over
/// v and W (derived). The population risk is linear in the context sums, L(T) = H0 p + H1 q + H2 r + s with s
/// from t = 2 alone, so that
///
///     E ||yhat_t - x_{t+1}||^2 = 2 (p + q / (t-1) + r / (t-1)^2);
///
/// p, q, r follow from the risk at four contexts. Rounding: about 1e-13 of E ||v||^2 (1 + |A|^2 |B|^2
/// kappa2).
class TestError {
 public:
  /// weights: B then A, each d x d row-major.
  TestError(std::shared_ptr<const distribution::Law> law, std::span<const double> weights);

  double at(double t) const;                      ///< at step t >= 3
  double limit() const { return 2 * parts_[0]; }  ///< as t -> infinity
  double excess(double t) const;                  ///< at(t) - limit(), without cancellation

 private:
  std::array<double, 3> parts_;  ///< p, q, r
};

}  // namespace flowsweep::theory

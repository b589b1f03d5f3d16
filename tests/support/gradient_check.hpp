#pragma once
#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "core/differentiable.hpp"

namespace flowsweep::test {

/// Criterion of both checks, per component: |analytic - numeric| <= tolerance x max(1, |numeric|_inf).
/// Central differences of order 6 with step h leave O(h^6) + O(1e-16 L / h) in the first derivative: at h =
/// 1e-2 about 1e-13 of the size of a polynomial risk of moderate coefficients.
struct CheckTolerance {
  double gradient = 1e-9;
  double hessian_product = 1e-9;
};
inline constexpr double check_step = 1e-2;

struct GradientCheck {
  double error = 0;           ///< largest |analytic - numeric| / max(1, |numeric|_inf)
  std::size_t component = 0;  ///< where
  bool within(double tolerance) const { return error <= tolerance; }  // false for NaN
};

/// Weights w_k of (1/h) sum_k w_k (f(x + k h) - f(x - k h)), k = 1, 2, 3: order 6.
inline constexpr double central_weights[] = {3. / 4, -3. / 20, 1. / 60};

inline GradientCheck compare(std::span<const double> analytic, std::span<const double> numeric) {
  double scale = 1;
  for (double x : numeric) scale = std::max(scale, std::abs(x));
  GradientCheck result;
  for (std::size_t i = 0; i < analytic.size(); ++i) {
    const double error = std::abs(analytic[i] - numeric[i]) / scale;
    if (std::isnan(error)) return {error, i};
    if (error > result.error) result = {error, i};
  }
  return result;
}

/// Gradient against differences of the risk.
inline GradientCheck check_gradient(Differentiable& risk, std::span<const double> theta,
                                    double step = check_step) {
  std::vector<double> point(theta.begin(), theta.end()), analytic(theta.size()), ignored(theta.size());
  std::vector<double> numeric(theta.size(), 0.0);
  risk.gradient(theta, analytic);
  for (std::size_t i = 0; i < theta.size(); ++i) {
    for (int k = 1; k <= 3; ++k) {
      point[i] = theta[i] + k * step;
      const double above = risk.gradient(point, ignored);
      point[i] = theta[i] - k * step;
      const double below = risk.gradient(point, ignored);
      numeric[i] += central_weights[k - 1] * (above - below) / step;
    }
    point[i] = theta[i];
  }
  return compare(analytic, numeric);
}

/// Hessian product along `direction` against differences of the gradient.
inline GradientCheck check_hessian_product(Differentiable& risk, std::span<const double> theta,
                                           std::span<const double> direction, double step = check_step) {
  std::vector<double> point(theta.size()), analytic(theta.size()), gradient(theta.size());
  std::vector<double> numeric(theta.size(), 0.0);
  risk.hessian_product(theta, direction, analytic);
  for (int k : {-3, -2, -1, 1, 2, 3}) {
    for (std::size_t i = 0; i < theta.size(); ++i) point[i] = theta[i] + k * step * direction[i];
    risk.gradient(point, gradient);
    const double weight = (k > 0 ? 1 : -1) * central_weights[std::abs(k) - 1] / step;
    for (std::size_t i = 0; i < theta.size(); ++i) numeric[i] += weight * gradient[i];
  }
  return compare(analytic, numeric);
}

}  // namespace flowsweep::test

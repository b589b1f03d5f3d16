#include "theory/full_one_limit.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <numbers>
#include <set>

#include "risk/charge_patterns.hpp"

namespace flowsweep::theory {
namespace {

using Eigen::Matrix2d;
using Eigen::Vector2d;

constexpr int scanned_directions = 180;
constexpr int bisections = 100;  // beyond the last bit

Vector2d direction(double angle) {
  return {std::cos(angle), std::sin(angle)};
}

// d (d-1) .. (d-n+1): tuples of n distinct coordinates.
double falling(int d, std::size_t n) {
  double product = 1;
  for (std::size_t k = 0; k < n; ++k) product *= d - static_cast<double>(k);
  return product;
}

// Zero of the slope between two angles around a minimum.
double refine(const FullOneRisk& risk, double low, double high) {
  for (int k = 0; k < bisections; ++k) {
    const double middle = (low + high) / 2;
    const Vector2d turned{-std::sin(middle), std::cos(middle)};
    (risk.slope(direction(middle), turned) < 0 ? low : high) = middle;
  }
  return (low + high) / 2;
}

// The direction of (alpha, beta), alpha > 0, that leaves the least risk.
double best_angle(const FullOneRisk& risk) {
  const double step = std::numbers::pi / scanned_directions;
  double best = 0, least = risk.value(direction(0), risk.best(direction(0)));
  for (int k = 1 - scanned_directions / 2; k < scanned_directions / 2; ++k) {
    const Vector2d a = direction(k * step);
    const double left = risk.value(a, risk.best(a));
    if (left < least) {
      least = left;
      best = k * step;
    }
  }
  return refine(risk, best - step, best + step);
}

}  // namespace

FullOneRisk::FullOneRisk(int dimension, double scale, const risk::ContextSums& sums)
    : dimension_(dimension), constant_(sums.h0 * dimension * scale * scale / 2) {
  const double d = dimension;
  linear_ = d * std::pow(scale, 4) * Vector2d(sums.h0, (d - 1) * sums.h1);
  same_pair_ << 1, 0, 0, d - 1;
  other_pair_ << 0, 1, 1, d - 2;
  same_.setZero();
  other_.setZero();
  for (const auto& [pattern, sum] : risk::charge_patterns) {
    const std::set<char> distinct(pattern.begin(), pattern.end());
    const double tuples = falling(dimension, distinct.size()) * risk::value(sum, sums) * std::pow(scale, 6);
    const Eigen::Index one = pattern[1] == pattern[2] ? 0 : 1, two = pattern[4] == pattern[5] ? 0 : 1;
    Matrix2d& form = pattern[0] == pattern[3] ? same_ : other_;
    form(one, two) += tuples / 2;
    form(two, one) += tuples / 2;
  }
}

Matrix2d FullOneRisk::quadratic(const Vector2d& a) const {
  return a.dot(same_ * a) * same_pair_ + a.dot(other_ * a) * other_pair_;
}

double FullOneRisk::value(const Vector2d& a, const Vector2d& b) const {
  return constant_ - b[0] * linear_.dot(a) + b.dot(quadratic(a) * b) / 2;
}

Vector2d FullOneRisk::best(const Vector2d& a) const {
  return quadratic(a).ldlt().solve(Vector2d(linear_.dot(a), 0));
}

double FullOneRisk::slope(const Vector2d& a, const Vector2d& da) const {
  const Vector2d b = best(a);
  return -b[0] * linear_.dot(da) + b.dot(same_pair_ * b) * a.dot(same_ * da) +
         b.dot(other_pair_ * b) * a.dot(other_ * da);
}

Eigen::Matrix4d FullOneRisk::hessian(const Vector2d& a, const Vector2d& b) const {
  Eigen::Matrix4d full;
  full.topLeftCorner<2, 2>() = quadratic(a);
  full.bottomRightCorner<2, 2>() = b.dot(same_pair_ * b) * same_ + b.dot(other_pair_ * b) * other_;
  full.topRightCorner<2, 2>() = 2 * (same_pair_ * b) * (same_ * a).transpose() +
                                2 * (other_pair_ * b) * (other_ * a).transpose() -
                                Vector2d(1, 0) * linear_.transpose();
  full.bottomLeftCorner<2, 2>() = full.topRightCorner<2, 2>().transpose();
  const double d = dimension_;
  const Eigen::Vector4d unit = Eigen::Vector4d(d, d * (d - 1), d, d * (d - 1)).cwiseSqrt().cwiseInverse();
  return unit.asDiagonal() * full * unit.asDiagonal();
}

FullOneLimit full_one_limit(int dimension, double scale, const risk::ContextSums& sums, double balance) {
  const FullOneRisk risk(dimension, scale, sums);
  const double d = dimension;
  Vector2d a = direction(best_angle(risk)), b = risk.best(a);
  const auto squared_norm = [d](const Vector2d& x) { return d * (x[0] * x[0] + (d - 1) * x[1] * x[1]); };
  // s^2 |A|^2 - |B|^2 / s^2 = balance fixes the scale s.
  const double norm_a = squared_norm(a), norm_b = squared_norm(b);
  const LimitWeights norms = limit_weights(std::sqrt(norm_a * norm_b), balance);
  a *= norms.a / std::sqrt(norm_a);
  b *= norms.b / std::sqrt(norm_b);
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix4d> spectrum(risk.hessian(a, b), Eigen::EigenvaluesOnly);
  return {a[0],
          a[1],
          b[0],
          b[1],
          a[0] * b[0],
          risk.value(a, b),
          spectrum.eigenvalues()[1],
          spectrum.eigenvalues()[3]};
}

}  // namespace flowsweep::theory

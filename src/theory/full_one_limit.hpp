#pragma once
#include <Eigen/Core>

#include "theory/mesa_setting.hpp"

namespace flowsweep::theory {

/// Population risk of v = c (1, .., 1) on the set that permutations of the coordinates leave alone: A has
/// alpha on its diagonal and beta off it, B has u and w (derived). With a = (alpha, beta), b = (u, w),
///
///     L = H0 d c^2 / 2 - u l.a + [ (a.D a)(b.K b) + (a.O a)(b.J b) ] / 2,
///
/// where l = d c^4 (H0, (d-1) H1); b.K b = u^2 + (d-1) w^2 and b.J b = 2 u w + (d-2) w^2 are the diagonal and
/// the off-diagonal entry of B^T B; D and O sum the charge patterns with k = k' and k != k', each with as
/// many index tuples as it has, d (d-1) .., times c^6.
class FullOneRisk {
 public:
  FullOneRisk(int dimension, double scale, const risk::ContextSums& sums);

  double value(const Eigen::Vector2d& a, const Eigen::Vector2d& b) const;
  /// b that minimises value(a, b).
  Eigen::Vector2d best(const Eigen::Vector2d& a) const;
  /// Derivative of value(a, best(a)) in the direction da.
  double slope(const Eigen::Vector2d& a, const Eigen::Vector2d& da) const;
  /// Hessian in (u, w, alpha, beta), each scaled to unit length of its d or d (d-1) entries.
  Eigen::Matrix4d hessian(const Eigen::Vector2d& a, const Eigen::Vector2d& b) const;

 private:
  Eigen::Matrix2d quadratic(const Eigen::Vector2d& a) const;

  int dimension_;
  double constant_;
  Eigen::Vector2d linear_;
  Eigen::Matrix2d same_, other_, same_pair_, other_pair_;  ///< D, O, K, J
};

/// Where the flow from a diagonal start with a0, b0 > 0 ends: the minimum of that risk, its scale fixed by
/// the conserved ||A||_F^2 - ||B||_F^2.
struct FullOneLimit {
  double a_diagonal, a_offdiagonal, b_diagonal, b_offdiagonal;
  double product;    ///< mean_j A_jj B_jj
  double risk;       ///< L at the limit
  double curvature;  ///< smallest eigenvalue of the Hessian on the set, apart from that of the scale
  double largest;    ///< largest eigenvalue
};
FullOneLimit full_one_limit(int dimension, double scale, const risk::ContextSums& sums, double balance);

}  // namespace flowsweep::theory

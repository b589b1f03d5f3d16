#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "theory/mesa_setting.hpp"

namespace flowsweep::theory {

/// Invariant subspaces of the Hessian of the population risk at A = a I, B = b I, ab = c, for exchangeable
/// laws whose moments vanish whenever a power is odd; real (B, A). The integers are the store's encoding.
enum class Mode {
  valley = 0,               ///< ab = c kept: flat, the conserved balance picks the point
  mean_diagonal = 1,        ///< mean of the diagonals, across the valley
  differences = 2,          ///< diagonals of mean zero
  symmetric_pairs = 3,      ///< A_pq + A_qp and B_pq + B_qp
  antisymmetric_pairs = 4,  ///< A_pq - A_qp and B_pq - B_qp
};
std::string_view name(Mode mode);

/// An eigenvalue of that Hessian with its multiplicity.
struct HessianMode {
  Mode mode;
  double eigenvalue;
  int multiplicity;
};

/// The whole spectrum in closed form (mesa.rate, derived): eight eigenvalues for d >= 2, two for d = 1.
std::vector<HessianMode> closed_spectrum(const MesaSetting& setting, const LimitWeights& limit);

/// The eigenvalue of the slowest decay in a subspace: the smaller of its two.
double slowest_in(std::span<const HessianMode> spectrum, Mode mode);

/// Extremes of the same spectrum across the diagonal set.
struct TransverseCurvature {
  double differences;   ///< smallest eigenvalue of the differences of diagonals (d >= 2)
  double off_diagonal;  ///< smallest eigenvalue of the pairs of off-diagonal entries (d >= 2)
  double largest;       ///< S2 (a^2 + b^2), the largest of all
};
TransverseCurvature transverse_curvature(const MesaSetting& setting, const LimitWeights& limit);

/// Whether every moment of degree <= 6 with an odd power vanishes, up to moment_tolerance.
bool coordinatewise_symmetric(const distribution::Law& law);

}  // namespace flowsweep::theory

#pragma once
#include "theory/mesa_setting.hpp"

namespace flowsweep::theory {

/// Curvature of the population risk at A = a I, B = b I, ab = c, across the diagonal set (
/// derived), for exchangeable laws whose moments vanish whenever a power is odd; real (B, A).
struct TransverseCurvature {
  double differences;   ///< smallest eigenvalue of the differences of diagonals (d >= 2)
  double off_diagonal;  ///< smallest eigenvalue of the pairs of off-diagonal entries (d >= 2)
  double largest;       ///< S2 (a^2 + b^2), the largest of all
};
TransverseCurvature transverse_curvature(const MesaSetting& setting, const LimitWeights& limit);

/// Whether every moment of degree <= 6 with an odd power vanishes, up to moment_tolerance.
bool coordinatewise_symmetric(const distribution::Law& law);

}  // namespace flowsweep::theory

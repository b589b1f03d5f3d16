#pragma once
#include <span>
#include <string>

#include "theory/mesa_setting.hpp"

namespace flowsweep::theory {

/// Equalities among analytic moments are met when they hold to this, relative to the moments' size: rounding
/// only.
inline constexpr double moment_tolerance = 1e-12;

/// What misses a condition on moments by most. Nothing is named where the condition is met exactly.
struct Offence {
  std::string moment;    ///< "E v_1^3 v_2^3", "kappa1 at j = 2"
  double value = 0;      ///< its value
  double demanded = 0;   ///< what the condition demands: 0, or the value at j = 1
  double violation = 0;  ///< the difference relative to the moments' size
};

/// "E v_1 v_2^3"
std::string moment_name(std::span<const distribution::Factor> factors);

Offence single_power_offence(const distribution::Law& law);  ///< of single_power_margin()
Offence equal_kappas_offence(const distribution::Law& law);  ///< of equal_kappas_margin()
Offence invariance_offence(const distribution::Law& law,
                           const risk::ContextSums& sums);  ///< of invariance_margin()
/// Of invariance_margin() where a mask holds the off-diagonal entries: only the sums that must not depend on
/// j.
Offence masked_invariance_offence(const distribution::Law& law, const risk::ContextSums& sums);

// The margins of a law that is known by a sample are those of theory/sample_tests.hpp: NaN where the sample
// is too small to decide.

/// Assumption 3.1 (Zheng et al.): A = a0 I, B = b0 I with a0, b0 > 0. Margin: min(a0, b0), or minus the
/// perturbation.
double diagonal_start_margin(const MesaSetting& setting);

/// Assumption 4.1 as encoded here, first part: every mixed moment of total degree <= 6 in at most four
/// coordinates in which a coordinate has power one vanishes. Margin: moment_tolerance - largest |moment| /
/// E[v_1^2]^(degree/2).
double single_power_margin(const distribution::Law& law);

/// Assumption 4.1 as encoded here, second part: kappa1, kappa2, kappa3 finite and the same for every
/// coordinate. Margin: moment_tolerance - largest relative difference.
double equal_kappas_margin(const distribution::Law& law);

/// The conditions under which the set {A = a I, B = b I} is invariant (derived, docs/theory/mesa.md): for all
/// p != q E v_p^3 v_q^3 = 0, E v_p v_q^3 = 0, H1 E v_p v_q^5 + H2 sum_{k != p,q} E v_k^2 v_p v_q^3 = 0, and
/// kappa1(j), H0 kappa2(j) + H1 sum_r E v_j^2 v_r^4 and H0 kappa2(j) + H1 sum_r E v_j^4 v_r^2 do not depend
/// on j. Margin as in single_power_margin. Under a mask, which holds the off-diagonal entries at 0, the last
/// three remain: enough for every exchangeable law. The other blocks stay 0 for every law.
double invariance_margin(const MesaSetting& setting);

}  // namespace flowsweep::theory

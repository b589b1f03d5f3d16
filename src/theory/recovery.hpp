#pragma once
#include "theory/mesa_setting.hpp"

namespace flowsweep::theory {

/// E ||v||^2, the energy of every state of a sequence.
double initial_energy(const distribution::Law& law);

/// Mean over j of E v_j^2.
double mean_square(const distribution::Law& law);

/// Share of the energy E ||v||^2 that a layer with A = a I, B = b I, ab = u leaves unexplained as the test
/// length grows (derived): sum_j E v_j^2 (1 - u v_j^2)^2 / E ||v||^2.
double unexplained_energy(const distribution::Law& law, double u);

/// The same at test step t: plus u^2 sum_j kappa3(j) / (t-1) / E ||v||^2.
double unexplained_energy(const distribution::Law& law, double u, double t);

/// What is left as both contexts grow, u = kappa1/kappa2 (derived): 1 - kappa1^2 / (kappa2 E v_j^2). Zero iff
/// |v_j| is 0 or sqrt(kappa2/kappa1) almost surely: the equality case of Cauchy-Schwarz for v_j and v_j^3.
double recovery_gap(const distribution::Law& law);

/// Assumption 4.2 (Zheng et al., as encoded here): with the trained step size c(T_tr),
/// c(T_tr) sum_{s < T_te} x_s x_s^* x_{T_te} / (T_te - 1) tends to x_{T_te} in mean square as both contexts
/// grow. Margin: moment_tolerance d - the unexplained energy at T_tr = T_te = 10^15, where finite contexts
/// leave about 1e-15 d
double convergence_margin(const distribution::Law& law);

/// The equivalent condition on the law's support (derived). Margin: moment_tolerance - recovery_gap; of a
/// law known by a sample that of support_test(), NaN where undecided.
double support_margin(const distribution::Law& law);

/// Recovery with the step size of the setting's own training context, T_te -> infinity: needs kappa3 = 0 as
/// well (at most one non-zero coordinate at a time). Margin: moment_tolerance - unexplained energy.
double exact_recovery_margin(const MesaSetting& setting);

}  // namespace flowsweep::theory

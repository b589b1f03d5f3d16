#pragma once
#include <cstdint>

#include "theory/mesa_setting.hpp"

namespace flowsweep::theory {

/// Risk at A = a I, B = b I, ab = c, for laws with an invariant diagonal set (mesa.risk-at-limit, derived):
/// L* = H0 E||v||^2 / 2 - d S1^2 / (2 S2).
double limit_risk(const MesaSetting& setting);

/// Mean square error E||yhat_t - x_{t+1}||^2 of the diagonal model with ab = u at test step t >= 2, for any
/// law (derived): sum_j [ E v_j^2 - 2 u kappa1(j) + u^2 (kappa2(j) + kappa3(j) / (t-1)) ].
double step_error(const distribution::Law& law, double product, std::int64_t step);

}  // namespace flowsweep::theory

#pragma once
#include "theory/mesa_setting.hpp"

namespace flowsweep::theory {

/// ab at flow time tau on the diagonal set, from (a0, b0) with a0 + b0 != 0 (mesa.trajectory, derived).
double exact_product(const PredictedLimit& limit, double a0, double b0, double tau);

/// Flow time at which |ab - c| has fallen to `fraction` of its start, 0 < fraction < 1, on the diagonal set
/// from (a0, b0) with a0 + b0 != 0, a0 b0 != c (derived: exact_product solved for tau).
double exact_time(const PredictedLimit& limit, double a0, double b0, double fraction);

/// d(ab)/dtau = sqrt(delta^2 + 4 u^2) (S1 - S2 u) at ab = u.
double product_velocity(const PredictedLimit& limit, double delta, double product);

/// a^2 at flow time tau on the line a = -b, which the diagonal set's flow keeps (derived): a' = -a (S1 + S2
/// a^2), hence a^2 = S1 / ((S1/a0^2 + S2) exp(2 S1 tau) - S2). It runs into the saddle 0.
double saddle_square(const PredictedLimit& limit, double a0, double tau);

}  // namespace flowsweep::theory

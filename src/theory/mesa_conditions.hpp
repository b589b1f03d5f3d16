#pragma once
#include "theory/assumptions.hpp"
#include "theory/theorem.hpp"

namespace flowsweep::theory {

// Hypotheses that several statements share, each with the function that gives its margin.

Condition diagonal_start_condition();  ///< diagonal_start_margin()
Condition single_power_condition();    ///< single_power_margin()
Condition equal_kappas_condition();    ///< equal_kappas_margin()
Condition invariance_condition();      ///< invariance_margin()
Condition population_condition();      ///< population_margin()
Condition off_axis_condition();        ///< off_axis_margin()
Condition two_blocks_condition();      ///< two_blocks_margin()
Condition error_control_condition();   ///< error_control_margin()

double population_margin(
    const MesaSetting& setting);  ///< 1 for the exact population risk without a mask, else -1
/// |a0 + b0| - 1e-12 from a diagonal start, else minus the perturbation.
double off_axis_margin(const MesaSetting& setting);
double two_blocks_margin(const MesaSetting& setting);  ///< 1 where (B, A) alone are free, else -1
double error_control_margin(
    const MesaSetting& setting);  ///< 1 where the integrator controls its local error, else -1

// Tolerances.

/// Bound on what the integrator may have added to an entry of the weights: steps x (rtol x largest + atol),
/// every local error at its limit and of one sign.
double flow_tolerance(const MesaSetting& setting, std::int64_t steps, double largest_weight);

/// How far ab may be from c where |grad L| <= gradient_tolerance x largest: the gradient on the diagonal set
/// is sqrt(d) S2 sqrt(a^2 + b^2) |ab - c|; ten times that, plus rounding 1e-13 c,
/// plus twice the larger weight times sampling_deviation() where the law is known by a sample.
double product_tolerance(const MesaSetting& setting, const PredictedLimit& limit,
                         double largest_gradient_norm);

/// How far ab on the way from (a0, b0) may be from its closed form: accumulated local error
/// 2 w (steps (rtol w + atol w/w0) + 1e-14 w), w the largest of |a0|, |b0|, a*, b*, w0 the larger of |a0|,
/// |b0|. Absolute errors made at a small start grow with the flow; relative ones keep their size.
double path_tolerance(const MesaSetting& setting, const PredictedLimit& limit, std::int64_t steps);

}  // namespace flowsweep::theory

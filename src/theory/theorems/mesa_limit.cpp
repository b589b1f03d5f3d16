#include "theory/mesa_conditions.hpp"
#include "theory/mesa_limit_findings.hpp"

namespace flowsweep::theory {
namespace {

Findings judge_limit(const sweep::Point& point, const record::RunRecord& run,
                     std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  return limit_findings(setting, run, measured,
                        {population_margin(setting), diagonal_start_margin(setting),
                         single_power_margin(*setting.law), equal_kappas_margin(*setting.law)});
}

}  // namespace

const Theorem& mesa_limit() {
  static const Theorem theorem = {
      "mesa.limit",
      "Limit of the gradient flow",
      "Under Assumptions 3.1 and 4.1 the gradient flow of the population risk converges to A = a* I, B = b* "
      "I, every other "
      "block 0: the trained layer does one step of gradient descent with step size a* b* / (t-1). As encoded "
      "here, 4.1 does "
      "not suffice: skewed laws meet it and violate the conclusion (see docs/theory/mesa.md).",
      "a* b* = c = kappa1 / (kappa2 + kappa3 H1 / (T-2)),  H1 = sum_{t=2}^{T-1} 1/(t-1)",
      "after Zheng et al. 2024 (arXiv 2405.16845), Theorem 4.1, as encoded here",
      Standing::paper,
      {population_condition(), diagonal_start_condition(), single_power_condition(),
       equal_kappas_condition()},
      limit_conclusions(),
      limit_measurements(),
      limit_tolerance_source,
      is_linear_attention,
      measure_limit,
      judge_limit};
  return theorem;
}

}  // namespace flowsweep::theory

#include "theory/mesa_conditions.hpp"
#include "theory/mesa_limit_findings.hpp"

namespace flowsweep::theory {
namespace {

Findings judge_limit_sharp(const sweep::Point& point, const record::RunRecord& run,
                           std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  return limit_findings(
      setting, run, measured,
      {population_margin(setting), diagonal_start_margin(setting), invariance_margin(setting)});
}

}  // namespace

const Theorem& mesa_limit_sharp() {
  static const Theorem theorem = {
      "mesa.limit-sharp",
      "Limit of the gradient flow where the diagonal set is invariant",
      "Under Assumption 3.1 and the conditions of mesa.invariance the gradient flow of the population risk "
      "converges to A = a* I, B = b* I. The conditions are exactly those under which a flow from such a "
      "start "
      "keeps A and B multiples of the identity; Assumption 4.1 as encoded here neither implies them nor "
      "follows "
      "from them.",
      "a* b* = c = kappa1 / (kappa2 + kappa3 H1 / (T-2)),  H1 = sum_{t=2}^{T-1} 1/(t-1)",
      "derived (on the invariant diagonal set the flow is that of mesa.trajectory)",
      Standing::derived,
      {population_condition(), diagonal_start_condition(), invariance_condition()},
      limit_conclusions(),
      limit_measurements(),
      limit_tolerance_source,
      is_linear_attention,
      measure_limit,
      judge_limit_sharp};
  return theorem;
}

}  // namespace flowsweep::theory

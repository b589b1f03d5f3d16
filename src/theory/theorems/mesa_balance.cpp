#include <algorithm>
#include <cmath>

#include "theory/mesa_conditions.hpp"
#include "theory/mesa_weights.hpp"

namespace flowsweep::theory {
namespace {

enum Measurement { at_start, at_end, norm };

std::vector<double> measure(const Run& run) {
  const auto d = static_cast<int>(run.point.integer("dimension"));
  const DiagonalStructure start = diagonal_structure(run.start, d);
  const DiagonalStructure end = diagonal_structure(run.record.weights, d);
  double squares = 0;
  for (const double weight : run.record.weights) squares += weight * weight;
  return {start.balance, end.balance, std::sqrt(squares)};
}

// Entries that a mask holds count in the norms but do not move; where they are 0 they do not matter.
double complete_gradient_margin(const MesaSetting& setting) {
  return setting.masked && !setting.diagonal_start ? -setting.perturbation : 1;
}

Findings judge_balance(const sweep::Point& point, const record::RunRecord& run,
                       std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const double n = static_cast<double>(run.weights.size());
  // A local error of norm e moves ||Q||^2 - ||P||^2 by at most 2 |theta| e; e <= sqrt(n) times the tolerance
  // per entry.
  const double per_entry = flow_tolerance(setting, run.steps, measured[norm] / std::sqrt(n));
  const double tolerance =
      std::max(2 * measured[norm] * std::sqrt(n) * per_entry, 1e-14 * measured[norm] * measured[norm]);
  return {measured[at_start],
          measured[at_end],
          tolerance,
          {error_control_margin(setting), complete_gradient_margin(setting)},
          {agreement_margin(measured[at_end], measured[at_start], tolerance)},
          measured[norm] * measured[norm]};
}

}  // namespace

const Theorem& mesa_balance() {
  static const Theorem theorem = {
      "mesa.balance",
      "Conservation of the balance",
      "||Q||_F^2 - ||P||_F^2 over all blocks is constant along every gradient flow of the linear causal "
      "attention model: any "
      "law, any finite sample, any start. Gradient descent (euler) does not conserve it, so it is outside "
      "the hypotheses.",
      "||Q(tau)||_F^2 - ||P(tau)||_F^2 = ||Q(0)||_F^2 - ||P(0)||_F^2;  on (B, A): ||A||_F^2 - ||B||_F^2",
      "derived (Re<P, dL/dP> = Re<Q, dL/dQ>: the prediction is homogeneous of degree one in P and in Q)",
      Standing::derived,
      {error_control_condition(),
       {"complete gradient",
        "no mask, or a start whose masked entries are 0. Margin 1, or minus the perturbation"}},
      {{"conserved", "balance at the end equals that at the start. Margin 1 - |difference| / tolerance"}},
      {{"balance_at_start", "1", "||Q||_F^2 - ||P||_F^2 at the start"},
       {"balance_at_end", "1", "||Q||_F^2 - ||P||_F^2 at the end"},
       {"weight_norm", "1", "Euclidean norm of all weights at the end"}},
      "accumulated local error: 2 |theta| sqrt(n) steps (rtol |theta|_rms + atol)",
      is_linear_attention,
      measure,
      judge_balance};
  return theorem;
}

}  // namespace flowsweep::theory

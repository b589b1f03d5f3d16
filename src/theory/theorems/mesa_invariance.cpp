#include <algorithm>
#include <cmath>
#include <limits>

#include "theory/mesa_conditions.hpp"
#include "theory/mesa_diagonal_gradient.hpp"
#include "theory/mesa_records.hpp"

namespace flowsweep::theory {
namespace {

constexpr double safety = 10;
constexpr double least_move = 0.1;  // of the start's norm, for a flow that has not converged

enum Measurement { gradient_deviation, gradient_rounding, normal_gradient, distance, displacement };

// What the formulas and the exact risk say of the gradient at one point of the diagonal set.
struct Comparison {
  double deviation, rounding, normal;
};

Comparison compare(const MesaSetting& setting, double a, double b) {
  risk::PopulationRisk risk(setting.law, setting.context);
  const std::vector<double> theta = risk::diagonal_start(setting.dimension, a, b);
  std::vector<double> exact(risk.size());
  risk.gradient(theta, exact);
  const std::vector<double> stated = diagonal_gradient(setting, a, b);
  Comparison result{0, risk.gradient_rounding(theta), normal_norm(stated, setting.dimension)};
  for (std::size_t k = 0; k < exact.size(); ++k) {
    result.deviation = std::max(result.deviation, std::abs(exact[k] - stated[k]));
    result.rounding = std::max(result.rounding, 16 * 0x1p-52 * std::abs(stated[k]));
  }
  return result;
}

double largest_distance(const record::Trajectory& path) {
  const std::vector<double> off = values_of(path, Column::off_diagonal_norm);
  const std::vector<double> spread = values_of(path, Column::diagonal_spread);
  double largest = off.empty() ? std::numeric_limits<double>::quiet_NaN() : 0;
  for (std::size_t k = 0; k < off.size(); ++k)
    if (const double found = std::hypot(off[k], spread[k]); !(found <= largest)) largest = found;
  return largest;
}

double distance_between(std::span<const double> from, std::span<const double> to) {
  double sum = 0;
  for (std::size_t k = 0; k < std::min(from.size(), to.size()); ++k)
    sum += (to[k] - from[k]) * (to[k] - from[k]);
  return std::sqrt(sum);
}

// That a flow stays on the set is a statement about flows that move.
bool has_moved(const MesaSetting& setting, record::Status status, double displacement, double tolerance) {
  const double norm = std::sqrt(setting.dimension) * std::hypot(setting.a0, setting.b0);
  return displacement > safety * tolerance &&
         (status == record::Status::converged || displacement >= least_move * norm);
}

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  if (!setting.population || !setting.diagonal_start)
    return std::vector<double>(5, std::numeric_limits<double>::quiet_NaN());
  const LimitWeights limit = limit_weights(predicted_limit(setting).product, setting.delta());
  const Comparison start = compare(setting, setting.a0, setting.b0);
  const Comparison end = compare(setting, limit.a, limit.b);
  const bool at_start = start.deviation * end.rounding >= end.deviation * start.rounding;
  const Comparison& worst = at_start ? start : end;
  return {worst.deviation, worst.rounding, end.normal, largest_distance(run.record.trajectory),
          distance_between(run.start, run.record.weights)};
}

Findings judge_invariance(const sweep::Point& point, const record::RunRecord& run,
                          std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const PredictedLimit limit = predicted_limit(setting);
  const LimitWeights weights = limit_weights(limit.product, setting.delta());
  const double start = std::max(std::abs(setting.a0), std::abs(setting.b0));
  const double largest = std::max({start, weights.a, weights.b});
  const double tolerance =
      std::sqrt(2) * setting.dimension * path_tolerance(setting, limit, run.steps) / (2 * largest);
  const double conditions = invariance_margin(setting);
  const bool invariant = conditions >= 0;
  // Rows meet the conditions at best as far as they can tell: the flow of their own risk stays or leaves by
  // that.
  const bool undecided = std::isnan(conditions) || (invariant && setting.law->sample_table() != nullptr);
  // Where the conditions fail the flow comes to rest at least this far from the set, to first order: at
  // (a*, b*) no curvature exceeds S2 (a^2 + b^2). Elsewhere on its way curvatures may be larger.
  const double driven =
      measured[normal_gradient] / (limit.s2 * (weights.a * weights.a + weights.b * weights.b));
  const double leaves = driven > safety * tolerance ? measured[distance] / tolerance - 1
                                                    : std::numeric_limits<double>::quiet_NaN();
  double stays = agreement_margin(measured[distance], 0, tolerance);
  if (stays >= 0 && !has_moved(setting, run.status, measured[displacement], tolerance))
    stays = std::numeric_limits<double>::quiet_NaN();
  const double kept = setting.diagonal_start ? start : -setting.perturbation;
  return {
      invariant ? 0 : driven,
      measured[distance],
      tolerance,
      {population_margin(setting), error_control_margin(setting), kept > 0 ? kept : kept - moment_tolerance},
      {agreement_margin(measured[gradient_deviation], 0, safety * measured[gradient_rounding]),
       undecided   ? std::numeric_limits<double>::quiet_NaN()
       : invariant ? stays
                   : leaves},
      largest};
}

}  // namespace

const Theorem& mesa_invariance() {
  static const Theorem theorem = {
      "mesa.invariance",
      "When the diagonal set is invariant",
      "The flow of the population risk keeps {A = aI, B = bI} iff for all p != q E v_p^3 v_q^3 = 0, "
      "E v_p v_q^3 = 0 and H1 E v_p v_q^5 + H2 sum_{k != p,q} E v_k^2 v_p v_q^3 = 0, and none of kappa1(j), "
      "H0 kappa2(j) + H1 sum_r E v_j^2 v_r^4, H0 kappa2(j) + H1 sum_r E v_j^4 v_r^2 depends on j. Judged "
      "both "
      "ways: where the conditions hold the flow must stay, where they fail it must leave.",
      "dB_pq = a^2 b H1 E v_p^3 v_q^3,  dA_pq = a b^2 [H1 E v_p^3 v_q^3 + H1 E v_p v_q^5 + H2 sum_k E v_k^2 "
      "v_p "
      "v_q^3] - b H1 E v_p v_q^3",
      "derived (the exact gradient on the diagonal set, docs/theory/mesa.md)",
      Standing::derived,
      {population_condition(),
       error_control_condition(),
       {"moving diagonal start",
        "A = a0 I, B = b0 I, not both 0. Margin max(|a0|, |b0|), or minus the "
        "perturbation"}},
      {{"gradient on the set",
        "the exact gradient at (a0, b0) and at (a*, b*) is that of the formulas, within 10 times its "
        "rounding"},
       {"stays or leaves",
        "conditions met: the largest distance from the set over the records is at most the tolerance, margin "
        "1 - distance / tolerance (not judged, NaN, where the end lies within ten tolerances of the start, "
        "or "
        "within a tenth of the start's norm after a flow that did not converge); failed: it exceeds it, "
        "margin "
        "distance / tolerance - 1 (not judged where the violation is too small to show)"}},
      {{"gradient_deviation", "v^2",
        "largest |gradient - formula| over the entries, at (a0, b0) or (a*, b*)"},
       {"gradient_rounding", "v^2", "rounding error of the gradient there"},
       {"normal_gradient", "v^2", "norm of the gradient's part off the set at (a*, b*)"},
       {"distance", "1", "largest distance of (B, A) from the diagonal set over the records, up to signs"},
       {"displacement", "1", "Frobenius distance of the end from the start"}},
      "accumulated local error of 2 d^2 weights: sqrt(2) d (steps (rtol w + atol w/w0) + 1e-14 w), w and w0 "
      "the largest and the starting weight",
      is_linear_attention,
      measure,
      judge_invariance};
  return theorem;
}

}  // namespace flowsweep::theory

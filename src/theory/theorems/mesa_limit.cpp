#include <algorithm>
#include <cmath>

#include "theory/mesa_conditions.hpp"
#include "theory/mesa_weights.hpp"

namespace flowsweep::theory {
namespace {

enum Measurement { product, product_spread, off_diagonal, largest_weight };

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const DiagonalStructure end = diagonal_structure(run.record.weights, setting.dimension);
  double largest = 0;
  for (const double weight : run.record.weights) largest = std::max(largest, std::abs(weight));
  return {end.product, end.product_spread, end.off_diagonal, largest};
}

Findings judge_limit(const sweep::Point& point, const record::RunRecord& run,
                     std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const PredictedLimit limit = predicted_limit(setting);
  const double delta = setting.a0 * setting.a0 - setting.b0 * setting.b0;
  const double tolerance = product_tolerance(setting, limit, delta, run.largest_gradient_norm);
  // Under euler the fixed points are those of the flow; what it may add off the diagonal set is rounding.
  const double structure = tolerance + flow_tolerance(setting, run.steps, measured[largest_weight]);
  return {limit.product,
          measured[product],
          tolerance,
          {population_margin(setting), diagonal_start_margin(setting), single_power_margin(*setting.law),
           equal_kappas_margin(*setting.law)},
          {agreement_margin(measured[product], limit.product, tolerance),
           agreement_margin(std::max(measured[product_spread], measured[off_diagonal]), 0, structure)},
          limit.product,
          true};
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
      {{"product", "|ab - c| <= tolerance, ab = mean_j A_jj B_jj. Margin 1 - |ab - c| / tolerance"},
       {"diagonal structure",
        "every A_jj B_jj equals ab and every off-diagonal entry is 0, within the tolerance plus the "
        "integrator's "
        "accumulated local error. Margin 1 - deviation / that"}},
      {{"product", "1", "ab = mean_j A_jj B_jj at the end"},
       {"product_spread", "1", "max_j |A_jj B_jj - ab| at the end"},
       {"off_diagonal", "1", "largest off-diagonal modulus of A and B at the end"},
       {"largest_weight", "1", "largest modulus of a weight at the end"}},
      "the gradient at which the flow stops: 10 x gradient_tolerance x largest |grad L| / (sqrt(d) S2 "
      "sqrt(a*^2 + b*^2)), plus "
      "rounding 1e-13 c",
      is_linear_attention,
      measure,
      judge_limit};
  return theorem;
}

}  // namespace flowsweep::theory

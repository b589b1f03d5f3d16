#include <algorithm>
#include <cmath>

#include "theory/mesa_conditions.hpp"
#include "theory/mesa_weights.hpp"
#include "theory/recovery.hpp"

namespace flowsweep::theory {
namespace {

enum Measurement { product, product_spread, off_diagonal };

std::vector<double> measure(const Run& run) {
  const DiagonalStructure end =
      diagonal_structure(run.record.weights, static_cast<int>(run.point.integer("dimension")));
  return {end.product, end.product_spread, end.off_diagonal};
}

Findings judge_masked(const sweep::Point& point, const record::RunRecord& run,
                      std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const double predicted =
      1 / (mean_square(*setting.law) * (1 + (setting.dimension - 1) * setting.sums.h1 / setting.sums.h0));
  const double tolerance = product_tolerance(setting, predicted_limit(setting), run.largest_gradient_norm);
  const double structure = tolerance + flow_tolerance(setting, run.steps, std::sqrt(predicted));
  return {predicted,
          measured[product],
          tolerance,
          {setting.population && setting.masked ? 1.0 : -1.0, diagonal_start_margin(setting),
           point.name("distribution") == "full-one" ? 1.0 : -1.0},
          {agreement_margin(measured[product], predicted, tolerance),
           agreement_margin(std::max(measured[product_spread], measured[off_diagonal]), 0, structure)},
          predicted};
}

}  // namespace

const Theorem& mesa_full_one_masked() {
  static const Theorem theorem = {
      "mesa.full-one-masked",
      "Limit for full-one initial tokens under the mask",
      "v = c (1, .., 1) violates Assumption 4.1. If the off-diagonal gradients of A and B are masked, the "
      "flow "
      "from a diagonal start converges all the same, to the step size below. The setting is that of Zheng et "
      "al. 2024, Section 5; the constant is derived.",
      "a* b* = 1 / ( c^2 (1 + (d-1) H1/(T-2)) )",
      "derived; the setting after Zheng et al. 2024 (arXiv 2405.16845), Section 5",
      Standing::derived,
      {{"masked population risk",
        "the flow descends the exact population risk, off-diagonal entries of A and B masked. Margin 1 or "
        "-1"},
       diagonal_start_condition(),
       {"full-one law", "v = c (1, .., 1). Margin 1 or -1"}},
      {{"product", "|ab - prediction| <= tolerance. Margin 1 - |ab - prediction| / tolerance"},
       {"diagonal structure",
        "every A_jj B_jj equals ab and every off-diagonal entry is 0, within the tolerance plus the "
        "integrator's accumulated local error. Margin 1 - deviation / that"}},
      {{"product", "1", "ab = mean_j A_jj B_jj at the end"},
       {"product_spread", "1", "max_j |A_jj B_jj - ab| at the end"},
       {"off_diagonal", "1", "largest off-diagonal modulus of A and B at the end"}},
      "the gradient at which the flow stops, as for mesa.limit",
      is_linear_attention,
      measure,
      judge_masked};
  return theorem;
}

}  // namespace flowsweep::theory

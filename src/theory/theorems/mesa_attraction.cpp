#include <algorithm>
#include <cmath>

#include "theory/mesa_conditions.hpp"
#include "theory/mesa_spectrum.hpp"
#include "theory/mesa_weights.hpp"

namespace flowsweep::theory {
namespace {

constexpr double safety = 10;
constexpr double rounding = 1e-11;
constexpr double gradient_rounding =
    8 * 0x1p-52;  // of |grad L|, in units of S1 |theta| (risk/population.hpp)
constexpr double least_curvature = 1e-9;

enum Measurement { product, product_spread, off_diagonal, balance };

std::vector<double> measure(const Run& run) {
  const DiagonalStructure end =
      diagonal_structure(run.record.weights, static_cast<int>(run.point.integer("dimension")));
  return {end.product, end.product_spread, end.off_diagonal, end.balance};
}

Findings judge_attraction(const sweep::Point& point, const record::RunRecord& run,
                          std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const PredictedLimit limit = predicted_limit(setting);
  const LimitWeights weights = limit_weights(limit.product, measured[balance] / setting.dimension);
  const TransverseCurvature curvature = transverse_curvature(setting, weights);
  const double least = std::min(curvature.differences, curvature.off_diagonal);
  // Entry error <= |grad L| / smallest curvature; a product of entries errs by the largest weight times that.
  const double stopped_at =
      setting.gradient_tolerance * run.largest_gradient_norm +
      gradient_rounding * limit.s1 * std::sqrt(setting.dimension) * std::hypot(weights.a, weights.b);
  const double entry = safety * stopped_at / least + rounding * std::max(weights.a, weights.b);
  const double tolerance = 2 * std::max(weights.a, weights.b) * entry;
  return {limit.product,
          measured[product],
          tolerance,
          {population_margin(setting), two_blocks_margin(setting),
           setting.diagonal_start ? -1.0 : setting.perturbation,
           coordinatewise_symmetric(*setting.law) ? 1.0 : -1.0, least / curvature.largest - least_curvature},
          {agreement_margin(measured[product], limit.product, tolerance),
           agreement_margin(measured[product_spread], 0, tolerance),
           agreement_margin(measured[off_diagonal], 0, entry)},
          limit.product};
}

}  // namespace

const Theorem& mesa_attraction() {
  static const Theorem theorem = {
      "mesa.attraction",
      "Attraction to the diagonal set",
      "From a start off the diagonal set (perturbed or dense), under an exchangeable law symmetric in every "
      "coordinate, the "
      "flow ends at A_jj B_jj = c for every j with every off-diagonal entry 0 (signs of the coordinates "
      "apart). Local "
      "attraction follows from the curvature; that random starts end there is observed, not proved.",
      "A_jj B_jj -> c = kappa1 / (kappa2 + kappa3 H1/(T-2)),  A_ij, B_ij -> 0 (i != j)",
      "conjecture of this project, from the derived curvature at the limit (docs/theory/mesa.md); measured "
      "by its sweeps",
      Standing::observed,
      {population_condition(),
       two_blocks_condition(),
       {"start off the diagonal set",
        "perturbation > 0 or a dense start. Margin: its standard deviation, or -1"},
       {"symmetric exchangeable law",
        "moments depend on the powers only and vanish where one is odd. Margin 1 or -1"},
       {"positive curvature",
        "the smallest transverse Hessian eigenvalue at the limit is positive. Margin: it over the largest, "
        "minus 1e-9"}},
      {{"product", "|ab - c| <= tolerance. Margin 1 - |ab - c| / tolerance"},
       {"equal products", "max_j |A_jj B_jj - ab| <= tolerance"},
       {"off-diagonal", "largest off-diagonal modulus <= the entry tolerance"}},
      {{"product", "1", "ab = mean_j A_jj B_jj at the end"},
       {"product_spread", "1", "max_j |A_jj B_jj - ab| at the end"},
       {"off_diagonal", "1", "largest off-diagonal modulus of A and B at the end"},
       {"balance", "1", "||A||_F^2 - ||B||_F^2 at the end"}},
      "the gradient at which the flow stops over the smallest transverse curvature (closed form in "
      "docs/theory/mesa.md), times 10, plus rounding 1e-11",
      is_linear_attention,
      measure,
      judge_attraction};
  return theorem;
}

}  // namespace flowsweep::theory

#include <algorithm>
#include <cmath>
#include <limits>

#include "risk/full_population.hpp"
#include "theory/block_curvature.hpp"
#include "theory/mesa_conditions.hpp"
#include "theory/mesa_spectrum.hpp"
#include "theory/mesa_weights.hpp"
#include "theory/stationary_point.hpp"

namespace flowsweep::theory {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double safety = 10;
constexpr double rounding = 1e-11;
constexpr double risk_rounding = 1e-12;
constexpr double gradient_rounding =
    8 * 0x1p-52;  // of |grad L|, in units of S1 |theta| (risk/full_population.hpp)
constexpr double least_curvature = 1e-9;
constexpr double saddle_excess = 1e-6;  // of the risk over the limit's, in units of H0 E||v||^2 / 2

enum Measurement {
  product,
  product_spread,
  off_diagonal,
  other_blocks,
  balance,
  curvature,
  saddle,
  curvature_of_any
};

bool speaks_about(const sweep::Point& point) {
  if (!is_linear_attention(point)) return false;
  const MesaSetting setting = mesa_setting(point);
  return setting.population && setting.all_blocks && coordinatewise_symmetric(*setting.law);
}

LimitWeights limit_of(const MesaSetting& setting, double balance) {
  return limit_weights(predicted_limit(setting).product, balance / setting.dimension);
}

// L at the limit: H0 E||v||^2 / 2 - d S1^2 / (2 S2), and its first term.
struct LimitRisk {
  double value, energy;
};
LimitRisk limit_risk(const MesaSetting& setting) {
  const PredictedLimit limit = predicted_limit(setting);
  const std::vector<distribution::Factor> square = {{0, 2}};
  const double energy = setting.sums.h0 * setting.dimension * setting.law->moment(square) / 2;
  return {energy - setting.dimension * limit.s1 * limit.product / 2, energy};
}

// 1 where the flow stopped on the way, at a saddle: its gradient fell below the tolerance there, but the risk
// did not fall to the limit's. NaN where the Hessian is too large to be looked at.
double stopped_at_saddle(const Run& run, const MesaSetting& setting) {
  const LimitRisk limit = limit_risk(setting);
  if (!(run.record.finals[0] - limit.value > saddle_excess * limit.energy)) return 0;
  const auto risk = risk::full_population_risk(*setting.law, setting.context);
  const auto found = is_saddle(*risk, run.record.weights,
                               safety * setting.gradient_tolerance * run.record.largest_gradient_norm);
  return found ? (*found ? 1 : 0) : unknown;
}

// The largest of the curvatures over the signs that a limit may have (Sigma and -Sigma are one).
double curvature_of_any_signs(const MesaSetting& setting, const LimitWeights& limit) {
  double largest = 0;
  for (int negative = 0; 2 * negative <= setting.dimension; ++negative)
    largest = std::max(largest, other_block_curvature(setting, limit, negative));
  return largest;
}

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const DiagonalStructure end = diagonal_structure(run.record.weights, setting.dimension);
  const LimitWeights limit = limit_of(setting, end.balance);
  const double here = other_block_curvature(setting, limit, end.negative);
  const bool positive = here > least_curvature * transverse_curvature(setting, limit).largest;
  return {end.product,
          end.product_spread,
          end.off_diagonal,
          end.norm_other,
          end.balance,
          here,
          stopped_at_saddle(run, setting),
          positive ? here : curvature_of_any_signs(setting, limit)};
}

std::vector<double> conclusions(const LimitRisk& expected, double risk, double predicted, double tolerance,
                                double entry, double stopped_at, double least,
                                std::span<const double> measured) {
  // A flow that stopped at a saddle, or may have, has not ended: nothing is concluded from where it stands.
  if (measured[saddle] != 0) return std::vector<double>(5, unknown);
  const double risk_tolerance = stopped_at * stopped_at / least + risk_rounding * expected.energy;
  return {agreement_margin(measured[product], predicted, tolerance),
          agreement_margin(measured[product_spread], 0, tolerance),
          agreement_margin(measured[off_diagonal], 0, entry),
          agreement_margin(measured[other_blocks], 0, entry),
          agreement_margin(risk, expected.value, risk_tolerance)};
}

// Where some signs have a positive curvature, an end with others leaves the hypothesis undecided: the point
// does not say which signs the flow will reach.
double curvature_margin(const TransverseCurvature& within, std::span<const double> measured) {
  const double transverse = std::min(within.differences, within.off_diagonal);
  const auto share = [&](double other) {
    return std::min(transverse, other) / within.largest - least_curvature;
  };
  const double end = share(measured[curvature]);
  return end < 0 && share(measured[curvature_of_any]) >= 0 ? unknown : end;
}

Findings judge_emergence(const sweep::Point& point, const record::RunRecord& run,
                         std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const PredictedLimit limit = predicted_limit(setting);
  const LimitWeights weights = limit_of(setting, measured[balance]);
  const TransverseCurvature within = transverse_curvature(setting, weights);
  const double least = std::min({within.differences, within.off_diagonal, measured[curvature]});
  // Entry error <= |grad L| / smallest curvature; a product of entries errs by the largest weight times that.
  const double size = std::max(weights.a, weights.b);
  const double stopped_at =
      setting.gradient_tolerance * run.largest_gradient_norm +
      gradient_rounding * limit.s1 * std::sqrt(setting.dimension) * std::hypot(weights.a, weights.b);
  const double entry = safety * stopped_at / least + rounding * size;
  const double tolerance = 2 * size * entry;
  const double risk = run.finals.empty() ? std::numeric_limits<double>::quiet_NaN() : run.finals[0];
  return {
      limit.product,
      measured[product],
      tolerance,
      {population_margin(setting), setting.all_blocks ? 1.0 : -1.0,
       setting.diagonal_start ? -1.0 : setting.perturbation,
       coordinatewise_symmetric(*setting.law) ? 1.0 : -1.0, curvature_margin(within, measured)},
      conclusions(limit_risk(setting), risk, limit.product, tolerance, entry, stopped_at, least, measured),
      limit.product};
}

std::vector<Condition> hypotheses() {
  return {
      population_condition(),
      {"all blocks free", "blocks = all. Margin 1 or -1"},
      {"start off the diagonal set",
       "perturbation > 0 or a dense start. Margin: its standard deviation, or -1"},
      {"symmetric exchangeable law",
       "moments depend on the powers only and vanish where one is odd. Margin 1 or -1"},
      {"positive curvature",
       "the smallest Hessian eigenvalue at the limit that has the signs of B_jj at the end, across the "
       "diagonal set and in the other blocks, is positive. Margin: it over S2 (a*^2 + b*^2), minus 1e-9. The "
       "signs are read off the end: where it fails there but not for every choice of signs, NaN, undecided"}};
}

}  // namespace

const Theorem& mesa_emergence() {
  static const Theorem theorem = {
      "mesa.emergence",
      "The diagonal structure emerges from a random start of all blocks",
      "From a start with noise in every entry of every block, under an exchangeable law symmetric in every "
      "coordinate, the flow of all blocks ends where that of (B, A) ends: A_jj B_jj = c for every j, no "
      "off-diagonal entries, P2 = Q11 = Q12 = Q22 = 0, and the same risk (signs of the coordinates apart). "
      "That the other blocks cannot lower the risk, and local attraction, are derived; that random starts "
      "end "
      "there is observed, not proved, and large starts know rare exceptions (docs/random-initialisation.md).",
      "A_jj B_jj -> c,  A_ij, B_ij -> 0 (i != j),  P2, Q11, Q12, Q22 -> 0,  L -> H0 E||v||^2/2 - d S1^2/(2 "
      "S2)",
      "conjecture of this project after the last simulation of Zheng et al. 2024, from the derived charge "
      "sectors and curvature (docs/theory/mesa.md); measured by its sweeps",
      Standing::observed,
      hypotheses(),
      {{"product", "|ab - c| <= tolerance. Margin 1 - |ab - c| / tolerance"},
       {"equal products", "max_j |A_jj B_jj - ab| <= tolerance"},
       {"off-diagonal", "largest off-diagonal modulus of A and B <= the entry tolerance"},
       {"other blocks", "Frobenius norm of P2, Q11, Q12, Q22 <= the entry tolerance"},
       {"risk", "the final risk is L*, within |grad L|^2 over the smallest curvature plus rounding"}},
      {{"product", "1", "ab = mean_j A_jj B_jj at the end"},
       {"product_spread", "1", "max_j |A_jj B_jj - ab| at the end"},
       {"off_diagonal", "1", "largest off-diagonal modulus of A and B at the end"},
       {"other_blocks", "1", "Frobenius norm of P2, Q11, Q12 and Q22 at the end"},
       {"balance", "1", "||Q||_F^2 - ||P||_F^2 at the end"},
       {"curvature", "v^4",
        "smallest Hessian eigenvalue in the other blocks at the predicted limit, with the signs of B_jj at "
        "the end"},
       {"saddle", "1",
        "1 if the flow stopped at a saddle above the limit's risk, else 0; NaN above 1536 weights, where "
        "such a "
        "stop is not looked into"},
       {"curvature_of_any", "v^4",
        "the same curvature, where it is not positive the largest over all signs"}},
      "the gradient at which the flow stops over the smallest curvature (derived), times 10, plus rounding "
      "1e-11",
      speaks_about,
      measure,
      judge_emergence};
  return theorem;
}

}  // namespace flowsweep::theory

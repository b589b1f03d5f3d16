#include <algorithm>
#include <cmath>
#include <limits>

#include "theory/mesa_conditions.hpp"
#include "theory/mesa_limit_risk.hpp"
#include "theory/recovery.hpp"

namespace flowsweep::theory {
namespace {

constexpr double rounding = 1e-14;
constexpr std::int64_t latest_step = 1000;  // later, the difference of two risks is mostly rounding

enum Measurement { loss, first_step, last_step };

std::int64_t late_step(const MesaSetting& setting) {
  return std::min(setting.context, latest_step);
}

// Exact: the risks of contexts t+1 and t differ by half the mean square error at step t.
double exact_step_error(const MesaSetting& setting, std::span<const double> weights, std::int64_t step) {
  std::vector<double> unused(weights.size());
  const auto risk = [&](std::int64_t context) {
    return risk::PopulationRisk(setting.law, context).gradient(weights, unused);
  };
  return 2 * (risk(step + 1) - (step > 2 ? risk(step) : 0));
}

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const auto& weights = run.record.weights;
  const auto entries =
      static_cast<std::size_t>(setting.dimension) * static_cast<std::size_t>(setting.dimension);
  if (!setting.population || weights.size() != 2 * entries)
    return std::vector<double>(3, std::numeric_limits<double>::quiet_NaN());
  std::vector<double> unused(weights.size());
  return {risk::PopulationRisk(setting.law, setting.context).gradient(weights, unused),
          exact_step_error(setting, weights, 2), exact_step_error(setting, weights, late_step(setting))};
}

// What an error `tolerance` of ab, and rounding of risks of size t E||v||^2, may do to the error at step t.
double step_tolerance(const MesaSetting& setting, const PredictedLimit& limit, double tolerance,
                      std::int64_t step) {
  const double c = limit.product, h = 1e-3 * c;
  const double slope =
      std::abs(step_error(*setting.law, c + h, step) - step_error(*setting.law, c - h, step)) / (2 * h);
  const double bend = (step_error(*setting.law, c + h, step) + step_error(*setting.law, c - h, step) -
                       2 * step_error(*setting.law, c, step)) /
                      (h * h);
  return slope * tolerance + bend * tolerance * tolerance +
         8 * rounding * static_cast<double>(step) * initial_energy(*setting.law);
}

Findings judge_risk(const sweep::Point& point, const record::RunRecord& run,
                    std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const PredictedLimit limit = predicted_limit(setting);
  const double product = product_tolerance(setting, limit, run.largest_gradient_norm);
  const double predicted = limit_risk(setting), c = limit.product;
  const std::int64_t late = late_step(setting);
  const double tolerance = 0.5 * setting.dimension * limit.s2 * product * product +
                           rounding * setting.sums.h0 * initial_energy(*setting.law);
  return {predicted,
          measured[loss],
          tolerance,
          {population_margin(setting), two_blocks_margin(setting), diagonal_start_margin(setting),
           invariance_margin(setting)},
          {agreement_margin(measured[loss], predicted, tolerance),
           agreement_margin(measured[first_step], step_error(*setting.law, c, 2),
                            step_tolerance(setting, limit, product, 2)),
           agreement_margin(measured[last_step], step_error(*setting.law, c, late),
                            step_tolerance(setting, limit, product, late))},
          setting.sums.h0 * initial_energy(*setting.law)};
}

}  // namespace

const Theorem& mesa_risk_at_limit() {
  static const Theorem theorem = {
      "mesa.risk-at-limit",
      "Risk and test error at the limit",
      "Under Assumption 3.1 and an invariant diagonal set the risk converges to L*, and the trained model's "
      "mean "
      "square error at every test step t, within the training context or beyond, is a closed form in ab = c. "
      "Judged at t = 2 and at t = T, the first step that training has not seen (at most 1000).",
      "L* = H0 E||v||^2 / 2 - d S1^2 / (2 S2),  E||yhat_t - x_{t+1}||^2 = d [E v_j^2 - 2 c kappa1 + c^2 "
      "(kappa2 "
      "+ kappa3/(t-1))]",
      "derived (the risk on the diagonal set, and the difference of the risks of contexts t+1 and t)",
      Standing::derived,
      {population_condition(), two_blocks_condition(), diagonal_start_condition(), invariance_condition()},
      {{"risk", "|L - L*| <= tolerance. Margin 1 - |L - L*| / tolerance"},
       {"first test step", "the mean square error at t = 2 is the closed form's"},
       {"late test step", "the mean square error at t = min(T, 1000) is the closed form's"}},
      {{"loss", "v^2", "population risk at the final weights"},
       {"first_step_error", "v^2", "E||yhat_t - x_{t+1}||^2 at t = 2, exact"},
       {"late_step_error", "v^2", "E||yhat_t - x_{t+1}||^2 at t = min(T, 1000), exact"}},
      "the tolerance of mesa.limit on ab, carried through L (d S2 tolerance^2 / 2) and through the error's "
      "slope "
      "and curvature in ab, plus rounding 1e-14 H0 E||v||^2, or 8e-14 t E||v||^2",
      is_linear_attention,
      measure,
      judge_risk};
  return theorem;
}

}  // namespace flowsweep::theory

#include <algorithm>
#include <cmath>

#include "theory/mesa_conditions.hpp"
#include "theory/mesa_trajectory.hpp"

namespace flowsweep::theory {
namespace {

constexpr double rounding = 1e-14;  // of the closed form and of ab

enum Measurement { deviation, time, expected, product, largest_product };

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const PredictedLimit limit = predicted_limit(setting);
  const record::Trajectory& path = run.record.trajectory;
  const std::size_t columns = path.flow_time.empty() ? 0 : path.values.size() / path.flow_time.size();
  std::vector<double> worst(5, 0.0);
  for (std::size_t row = 0; row < path.flow_time.size(); ++row) {
    const double exact = exact_product(limit, setting.a0, setting.b0, path.flow_time[row]);
    const double found = path.values[row * columns + mesa_product_column];
    const double difference = std::abs(found - exact);
    worst[largest_product] = std::max(worst[largest_product], std::abs(found));
    if (row == 0 || difference > worst[deviation] || std::isnan(difference)) {
      worst[deviation] = difference;
      worst[time] = path.flow_time[row];
      worst[expected] = exact;
      worst[product] = found;
    }
  }
  return worst;
}

Findings judge_trajectory(const sweep::Point& point, const record::RunRecord& run,
                          std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const PredictedLimit limit = predicted_limit(setting);
  const double delta = setting.a0 * setting.a0 - setting.b0 * setting.b0;
  const LimitWeights end = limit_weights(limit.product, delta);
  const double largest = std::max({std::abs(setting.a0), std::abs(setting.b0), end.a, end.b});
  const double least = std::max(std::abs(setting.a0), std::abs(setting.b0));
  // Growth from a small start multiplies absolute errors made there; relative errors keep their size.
  const double growth = std::max(1.0, largest / least);
  const double per_weight = static_cast<double>(run.steps) *
                            (setting.relative_tolerance * largest + setting.absolute_tolerance * growth);
  const double tolerance = 2 * largest * (per_weight + rounding * largest);
  return {
      measured[expected],
      measured[product],
      tolerance,
      {population_margin(setting), error_control_margin(setting),
       setting.diagonal_start ? std::abs(setting.a0 + setting.b0) - moment_tolerance : -setting.perturbation,
       invariance_margin(setting)},
      {agreement_margin(measured[product], measured[expected], tolerance)},
      limit.product};
}

}  // namespace

const Theorem& mesa_trajectory() {
  static const Theorem theorem = {
      "mesa.trajectory",
      "The whole trajectory in closed form",
      "On the diagonal set the population flow has a closed form for every start with a0 + b0 != 0. The "
      "statement is judged "
      "at the record where the deviation is largest.",
      "D = sqrt(delta^2 + 4 c^2), y+- = 2c +- D, y0 = (a0+b0)^2, r = (y0 - y+)/(y0 - y-) exp(-S2 D tau), y = "
      "(y+ - y- r)/(1 - r), "
      "p = sign(a0+b0) sqrt(y), a = (p + delta/p)/2, b = (p - delta/p)/2",
      "derived (u = ab solves du/dtau = -sqrt(delta^2 + 4 u^2) (S2 u - S1))",
      Standing::derived,
      {population_condition(),
       error_control_condition(),
       {"diagonal start off the saddle's axis",
        "A = a0 I, B = b0 I, a0 + b0 != 0. Margin |a0 + b0|, or minus the perturbation"},
       invariance_condition()},
      {{"product along the flow",
        "max over records |ab(tau) - closed form| <= tolerance. Margin 1 - that / tolerance"}},
      {{"deviation", "1", "largest |ab - closed form| over the records"},
       {"flow_time", "theta^2/L", "where it is largest"},
       {"closed_form", "1", "the closed form there"},
       {"product", "1", "ab there"},
       {"largest_product", "1", "largest |ab| over the records"}},
      "accumulated local error: 2 w (steps (rtol w + atol w/w0) + 1e-14 w), w and w0 the largest and the "
      "starting weight",
      is_linear_attention,
      measure,
      judge_trajectory};
  return theorem;
}

}  // namespace flowsweep::theory

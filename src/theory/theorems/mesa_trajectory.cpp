#include <algorithm>
#include <cmath>

#include "theory/mesa_conditions.hpp"
#include "theory/mesa_records.hpp"
#include "theory/mesa_trajectory.hpp"

namespace flowsweep::theory {
namespace {

enum Measurement { deviation, time, expected, product, largest_product };

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const PredictedLimit limit = predicted_limit(setting);
  const record::Trajectory& path = run.record.trajectory;
  const std::vector<double> products = values_of(path, Column::product);
  std::vector<double> worst(5, 0.0);
  for (std::size_t row = 0; row < path.flow_time.size(); ++row) {
    const double exact = exact_product(limit, setting.a0, setting.b0, path.flow_time[row]);
    const double found = products[row];
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
  const double tolerance = path_tolerance(setting, limit, run.steps);
  return {measured[expected],
          measured[product],
          tolerance,
          {population_margin(setting), error_control_margin(setting), off_axis_margin(setting),
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
      {population_condition(), error_control_condition(), off_axis_condition(), invariance_condition()},
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

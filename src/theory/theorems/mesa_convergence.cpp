#include <array>
#include <cmath>
#include <limits>

#include "theory/convergence.hpp"
#include "theory/mesa_conditions.hpp"
#include "theory/mesa_trajectory.hpp"

namespace flowsweep::theory {
namespace {

// Shares of the risk's decrease that are still to come.
constexpr std::array<double, 3> levels = {0.9, 0.5, 1e-6};

enum Measurement { plateau_time, plateau_error, half_time, half_error, tolerance_time, tolerance_error };

std::vector<double> measure(const Run& run) {
  std::vector<double> measured;
  for (const double level : levels) {
    const Reading reading = decrease_time(run.record.trajectory, level);
    measured.insert(measured.end(), {reading.value, reading.error});
  }
  return measured;
}

Findings judge_times(const sweep::Point& point, const record::RunRecord& run,
                     std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const PredictedLimit limit = predicted_limit(setting);
  const double delta = setting.delta(), c = limit.product;
  const double path = path_tolerance(setting, limit, run.steps);
  Findings findings;
  findings.hypothesis_margins = {population_margin(setting), error_control_margin(setting),
                                 off_axis_margin(setting), invariance_margin(setting)};
  for (std::size_t k = 0; k < levels.size(); ++k) {
    // The risk's excess is quadratic in ab - c.
    const double left = std::sqrt(levels[k]), time = exact_time(limit, setting.a0, setting.b0, left);
    const double speed = product_velocity(limit, delta, c + (setting.a0 * setting.b0 - c) * left);
    const double tolerance = measured[2 * k + 1] + path / std::abs(speed);
    findings.conclusion_margins.push_back(tolerance < time
                                              ? agreement_margin(measured[2 * k], time, tolerance)
                                              : std::numeric_limits<double>::quiet_NaN());
    findings.predicted = time;
    findings.measured = measured[2 * k];
    findings.tolerance = tolerance;
  }
  return findings;
}

}  // namespace

const Theorem& mesa_convergence() {
  static const Theorem theorem = {
      "mesa.convergence",
      "Plateau length and time to tolerance",
      "On an invariant diagonal set the times at which the risk has made 10 % (the plateau), half and all "
      "but 1e-6 "
      "of its decrease are closed forms. The times themselves are measured on every flow, whatever its law "
      "and "
      "start.",
      "(L - L*)/(L_0 - L*) = e at tau = ln[(r(0)/r)] / (S2 D), r = (y - y+)/(y - y-) where |ab - c| = "
      "sqrt(e) |a0 b0 "
      "- c|",
      "derived (the closed form of mesa.trajectory solved for the time)",
      Standing::derived,
      {population_condition(), error_control_condition(), off_axis_condition(), invariance_condition()},
      {{"plateau", "10 % of the decrease at the closed form's time. Margin 1 - |difference| / tolerance"},
       {"half", "half of the decrease at the closed form's time"},
       {"tolerance", "all but 1e-6 of the decrease at the closed form's time"}},
      {{"plateau_time", "theta^2/L", "flow time at which 10 % of the risk's decrease is made"},
       {"plateau_error", "theta^2/L", "how far the records leave it open"},
       {"half_time", "theta^2/L", "flow time at which half of the risk's decrease is made"},
       {"half_error", "theta^2/L", "how far the records leave it open"},
       {"tolerance_time", "theta^2/L", "flow time at which all but 1e-6 of the risk's decrease is made"},
       {"tolerance_error", "theta^2/L", "how far the records leave it open"}},
      "what the records leave open (cubic against linear interpolation of the risk's excess) plus the "
      "tolerance of "
      "mesa.trajectory over |d(ab)/dtau|",
      is_linear_attention,
      measure,
      judge_times};
  return theorem;
}

}  // namespace flowsweep::theory

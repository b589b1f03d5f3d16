#include <algorithm>
#include <cmath>
#include <limits>

#include "theory/convergence.hpp"
#include "theory/mesa_conditions.hpp"
#include "theory/mesa_records.hpp"
#include "theory/mesa_trajectory.hpp"
#include "theory/mesa_weights.hpp"

namespace flowsweep::theory {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double rounding = 1e-13;
constexpr double half = 0.5;  // of the risk's whole decrease: the flow has escaped
// Records at which the amplified local error may still be this share of ab say where the flow ran.
constexpr double readable = 0.1;
constexpr double nearer = 0.25;  // of a0^2: a flow into the saddle must have halved |theta|

enum Measurement {
  product,
  escape_time,
  escape_error,
  curvature_deviation,
  saddle_deviation,
  nearest_product
};

bool on_axis(const MesaSetting& setting) {
  return setting.a0 + setting.b0 == 0;
}

// Largest deviation of H(0) x from -S1 (diag of the other block), relative to S1 |x|_inf, for a random x.
double curvature_at_saddle(const MesaSetting& setting, std::uint64_t id) {
  risk::PopulationRisk risk(setting.law, setting.context);
  const std::size_t n = risk.size(), d = static_cast<std::size_t>(setting.dimension);
  const std::vector<double> zero(n, 0.0);
  std::vector<double> direction(n), found(n);
  CounterRng rng(id, Stream::hessian_probe);
  double largest = 0;
  for (double& x : direction) largest = std::max(largest, std::abs(x = rng.normal()));
  risk.hessian_product(zero, direction, found);
  const double s1 = predicted_limit(setting).s1;
  double deviation = 0;
  for (std::size_t k = 0; k < n; ++k) {
    const bool diagonal = k % (d * d) % (d + 1) == 0;
    const double expected = diagonal ? -s1 * direction[(k + d * d) % n] : 0;
    deviation = std::max(deviation, std::abs(found[k] - expected));
  }
  return deviation / (s1 * largest);
}

// Over the records at which ab can be read: the largest |ab + a^2| over its tolerance, a^2 in closed form,
// and the ab that is nearest 0.
struct PathIntoSaddle {
  double deviation = unknown, nearest = unknown;
};

PathIntoSaddle path_into_saddle(const MesaSetting& setting, const record::RunRecord& run) {
  const PredictedLimit limit = predicted_limit(setting);
  const std::vector<double> products = values_of(run.trajectory, Column::product);
  const double a0 = std::abs(setting.a0);
  const double per_weight =
      static_cast<double>(run.steps) * (setting.relative_tolerance * a0 + setting.absolute_tolerance);
  PathIntoSaddle path;
  for (std::size_t k = 1; k < products.size(); ++k) {
    const double time = run.trajectory.flow_time[k], square = saddle_square(limit, a0, time);
    // a + b, zero on the axis, grows like exp(S1 tau) from the local error.
    const double off = per_weight * std::exp(limit.s1 * time);
    const double tolerance = 2 * std::sqrt(square) * off + off * off;
    if (!(tolerance <= readable * square)) continue;
    const double share = std::abs(products[k] + square) / tolerance;
    path.deviation = std::isnan(path.deviation) ? share : std::max(path.deviation, share);
    if (!(std::abs(products[k]) >= std::abs(path.nearest))) path.nearest = products[k];
  }
  return path;
}

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  if (!setting.population || !setting.diagonal_start) return std::vector<double>(6, unknown);
  const Reading escape = decrease_time(run.record.trajectory, half);
  const PathIntoSaddle path = on_axis(setting) ? path_into_saddle(setting, run.record) : PathIntoSaddle{};
  return {diagonal_structure(run.record.weights, setting.dimension).product,
          escape.value,
          escape.error,
          curvature_at_saddle(setting, run.point.id()),
          path.deviation,
          path.nearest};
}

// Off the axis: ab -> c, and the time to half the decrease of the risk.
Findings judge_escape(const MesaSetting& setting, const record::RunRecord& run,
                      std::span<const double> measured) {
  const PredictedLimit limit = predicted_limit(setting);
  const double delta = setting.delta(), c = limit.product;
  const double tolerance = product_tolerance(setting, limit, run.largest_gradient_norm);
  // The risk's excess is quadratic in ab - c.
  const double left = std::sqrt(half), time = exact_time(limit, setting.a0, setting.b0, left);
  const double speed = product_velocity(limit, delta, c + (setting.a0 * setting.b0 - c) * left);
  const double time_tolerance =
      measured[escape_error] + path_tolerance(setting, limit, run.steps) / std::abs(speed);
  return {c,
          measured[product],
          tolerance,
          {},
          {agreement_margin(measured[product], c, tolerance),
           time_tolerance < time ? agreement_margin(measured[escape_time], time, time_tolerance) : unknown},
          c};
}

// On the axis a = -b: into the saddle, as far as the local error lets it be seen.
Findings judge_axis(const MesaSetting& setting, std::span<const double> measured) {
  double margin = 1 - measured[saddle_deviation];
  const bool moved = std::abs(measured[nearest_product]) <= nearer * setting.a0 * setting.a0;
  if (margin >= 0 && !moved) margin = unknown;
  return {0, measured[nearest_product], 1, {}, {margin, margin}};
}

Findings judge_basin(const sweep::Point& point, const record::RunRecord& run,
                     std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  Findings findings = on_axis(setting) ? judge_axis(setting, measured) : judge_escape(setting, run, measured);
  const double start = std::max(std::abs(setting.a0), std::abs(setting.b0));
  const double kept = setting.diagonal_start ? start : -setting.perturbation;
  findings.hypothesis_margins = {population_margin(setting), error_control_margin(setting),
                                 kept > 0 ? kept : kept - moment_tolerance, invariance_margin(setting)};
  findings.conclusion_margins.push_back(agreement_margin(measured[curvature_deviation], 0, rounding));
  return findings;
}

}  // namespace

const Theorem& mesa_basin() {
  static const Theorem theorem = {
      "mesa.basin",
      "Basin of the limit, saddle and escape time",
      "On an invariant diagonal set ab -> c iff a0 + b0 != 0, whatever the signs: weaker than Assumption "
      "3.1. From "
      "a0 = -b0 the flow runs into the saddle 0, whose Hessian has the eigenvalues +-S1, d times each, and 0 "
      "else; "
      "a computed flow follows it until its local error, growing like exp(S1 tau), takes over. From a small "
      "start "
      "the risk stays on a plateau for a time that is a closed form.",
      "ab -> c iff a0 + b0 != 0;  |ab - c| = f |a0 b0 - c| at tau = ln[(r(0)/r(f))] / (S2 D), about ln(c/(a0 "
      "b0)) "
      "/ (2 S1) from a small a0 = b0;  a = -b: a^2 = S1 / ((S1/a0^2 + S2) exp(2 S1 tau) - S2)",
      "derived (the closed form of mesa.trajectory)",
      Standing::derived,
      {population_condition(),
       error_control_condition(),
       {"moving diagonal start",
        "A = a0 I, B = b0 I, not both 0. Margin max(|a0|, |b0|), or minus the "
        "perturbation"},
       invariance_condition()},
      {{"where it runs",
        "a0 + b0 != 0: |ab - c| <= tolerance at the end; a0 + b0 = 0: at every record that the amplified "
        "local "
        "error leaves readable, ab = -a^2 of the closed form (not judged, NaN, where |ab| has not fallen to "
        "a0^2/4 "
        "at one of them)"},
       {"escape time",
        "a0 + b0 != 0: half of the risk's decrease is made at the time of the closed form; else as "
        "the conclusion before"},
       {"saddle", "the Hessian at 0 maps (B, A) to -S1 (diag A, diag B), to 1e-13"}},
      {{"product", "1", "ab = mean_j A_jj B_jj at the end"},
       {"escape_time", "theta^2/L", "flow time at which half of the risk's decrease is made"},
       {"escape_error", "theta^2/L", "how far the records leave it open"},
       {"curvature_deviation", "1", "largest deviation of a Hessian product at 0, relative to S1"},
       {"saddle_deviation", "1",
        "a0 = -b0: largest |ab + a^2| over its tolerance, over the readable records"},
       {"nearest_product", "1", "a0 = -b0: the ab nearest 0 at a readable record"}},
      "as for mesa.limit; times: what the records leave open plus the tolerance of mesa.trajectory over "
      "|d(ab)/dtau|",
      is_linear_attention,
      measure,
      judge_basin};
  return theorem;
}

}  // namespace flowsweep::theory

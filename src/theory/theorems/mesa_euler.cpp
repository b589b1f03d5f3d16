#include <algorithm>
#include <cmath>
#include <limits>

#include "theory/mesa_conditions.hpp"
#include "theory/mesa_weights.hpp"

namespace flowsweep::theory {
namespace {

constexpr double local = 0.05;     // |ab/c - 1| at the start
constexpr double least = 1e-6;     // of the same: a start at the limit shows nothing
constexpr double rounding = 1e-9;  // of h x curvature
constexpr double change = 2;       // of |ab/c - 1| from start to end: the descent moves

enum Measurement { product, curvature };

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const DiagonalStructure end = diagonal_structure(run.record.weights, setting.dimension);
  const double squares = (end.norm_a * end.norm_a + end.norm_b * end.norm_b) / setting.dimension;
  return {end.product, predicted_limit(setting).s2 * squares};
}

// Converged runs end where h x curvature <= 2; those that do not have no such duty.
double stable_end_margin(double step, double curvature, record::Status status) {
  return status == record::Status::converged ? 2 * (1 + rounding) - step * curvature : 1;
}

// off: |ab - c| at the end over the tolerance; growth: over |a0 b0 - c|. A descent that is unstable shows it
// by moving away, one that is stable by coming nearer: an end that is within the tolerance but no nearer
// shows nothing.
double outcome_margin(bool unstable, double off, double growth) {
  if (unstable) return std::min(growth / change, off) - 1;
  const bool moved = growth * change <= 1;
  return off <= 1 && !moved ? std::numeric_limits<double>::quiet_NaN() : 1 - off;
}

Findings judge_euler(const sweep::Point& point, const record::RunRecord& run,
                     std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const PredictedLimit limit = predicted_limit(setting);
  const double c = limit.product;
  const double step =
      setting.error_controlled ? std::numeric_limits<double>::quiet_NaN() : point.real("step");
  const double tolerance = product_tolerance(setting, limit, run.largest_gradient_norm);
  const double start = std::abs(setting.a0 * setting.b0 / c - 1);
  const double deviation = std::abs(measured[product] - c);
  const double positive = diagonal_start_margin(setting);
  return {2 / step,
          measured[curvature],
          rounding * 2 / step,
          {population_margin(setting), setting.error_controlled ? -1.0 : 1.0, positive, local - start,
           start - least, invariance_margin(setting)},
          {outcome_margin(step * limit.s1 > 1, deviation / tolerance, deviation / c / start),
           stable_end_margin(step, measured[curvature], run.status)}};
}

}  // namespace

const Theorem& mesa_euler() {
  static const Theorem theorem = {
      "mesa.euler",
      "Stability limit of gradient descent",
      "Gradient descent of step h from a diagonal start near the limit converges to ab = c if h is below the "
      "stability limit, and never if h > 1/S1, where no point of the valley ab = c is stable. Between, each "
      "step "
      "multiplies a^2 - b^2 by 1 - h^2 (S2 ab - S1)^2: the descent moves along the valley to flatter ends. "
      "Wherever "
      "it converges, h times the largest curvature is at most 2.",
      "stable iff h < 2 / (S2 sqrt(delta^2 + 4 c^2)) = 2 / (S2 (a*^2 + b*^2)) <= 1/S1",
      "derived (largest Hessian eigenvalue of mesa.rate, and the balance under one step)",
      Standing::derived,
      {population_condition(),
       {"gradient descent", "the integrator is euler. Margin 1 or -1"},
       diagonal_start_condition(),
       {"local start", "|a0 b0 / c - 1| <= 0.05. Margin 0.05 - that"},
       {"moving start", "|a0 b0 / c - 1| >= 1e-6. Margin that - 1e-6"},
       invariance_condition()},
      {{"stable or not",
        "h > 1/S1: |ab - c| has at least doubled at the end and exceeds the tolerance, margin the smaller of "
        "growth / 2 - 1 and |ab - c| / tolerance - 1. Smaller h: |ab - c| <= tolerance, margin 1 - |ab - c| "
        "/ "
        "tolerance; NaN if it has not at least halved. Between, a descent that goes on is inconclusive"},
       {"stable end", "a run that converged ends where h S2 (a^2 + b^2) <= 2. Margin 2 - that; else 1"}},
      {{"product", "1", "ab = mean_j A_jj B_jj at the end"},
       {"curvature", "L/theta^2",
        "S2 (||A||_F^2 + ||B||_F^2) / d at the end: the largest curvature of a limit"}},
      "the gradient at which the flow stops, as for mesa.limit",
      is_linear_attention,
      measure,
      judge_euler};
  return theorem;
}

}  // namespace flowsweep::theory

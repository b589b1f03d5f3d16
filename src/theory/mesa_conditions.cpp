#include "theory/mesa_conditions.hpp"

#include <algorithm>
#include <cmath>

#include "theory/sample_gradient.hpp"

namespace flowsweep::theory {
namespace {

constexpr double safety = 10;
constexpr double rounding = 1e-13;
constexpr double path_rounding = 1e-14;  // of the closed form and of ab

}  // namespace

Condition diagonal_start_condition() {
  return {"diagonal start",
          "Assumption 3.1: A = a0 I, B = b0 I, every other block 0; a0, b0 > 0. Margin min(a0, b0), or "
          "minus the perturbation"};
}
Condition single_power_condition() {
  return {"single powers vanish",
          "Assumption 4.1 as encoded here: E[v_i1 v_i2^r2 .. v_in^rn] = 0 for distinct indices, n <= 4, "
          "degree <= 6. Margin 1e-12 - largest such moment over sigma^degree"};
}
Condition equal_kappas_condition() {
  return {"equal kappas",
          "Assumption 4.1 as encoded here: kappa1, kappa2, kappa3 finite and the same for every coordinate. "
          "Margin 1e-12 - largest relative difference"};
}
Condition invariance_condition() {
  return {"invariant diagonal set",
          "derived: the gradient of the population risk is tangent to {A = aI, B = bI} everywhere on it. "
          "Margin 1e-12 - largest relative violation"};
}
Condition population_condition() {
  return {"population risk", "the flow descends the exact population risk, no entry masked. Margin 1 or -1"};
}
Condition off_axis_condition() {
  return {"diagonal start off the saddle's axis",
          "A = a0 I, B = b0 I, a0 + b0 != 0. Margin |a0 + b0|, or minus the perturbation"};
}
Condition two_blocks_condition() {
  return {"two blocks free", "blocks = ba (mesa.emergence is about all of them). Margin 1 or -1"};
}
Condition error_control_condition() {
  return {"error control", "the integrator controls its local error (not euler). Margin 1 or -1"};
}

double population_margin(const MesaSetting& setting) {
  return setting.population && !setting.masked ? 1 : -1;
}
double off_axis_margin(const MesaSetting& setting) {
  return setting.diagonal_start ? std::abs(setting.a0 + setting.b0) - moment_tolerance
                                : -setting.perturbation;
}
double two_blocks_margin(const MesaSetting& setting) {
  return setting.all_blocks ? -1 : 1;
}
double error_control_margin(const MesaSetting& setting) {
  return setting.error_controlled ? 1 : -1;
}

double flow_tolerance(const MesaSetting& setting, std::int64_t steps, double largest_weight) {
  return static_cast<double>(steps) *
         (setting.relative_tolerance * largest_weight + setting.absolute_tolerance);
}

double product_tolerance(const MesaSetting& setting, const PredictedLimit& limit,
                         double largest_gradient_norm) {
  const LimitWeights weights = limit_weights(limit.product, setting.delta());
  const double slope = std::sqrt(setting.dimension) * limit.s2 * std::hypot(weights.a, weights.b);
  const double sampling = 2 * std::max(weights.a, weights.b) * sampling_deviation(setting, weights);
  return safety * setting.gradient_tolerance * largest_gradient_norm / slope + rounding * limit.product +
         sampling;
}

double path_tolerance(const MesaSetting& setting, const PredictedLimit& limit, std::int64_t steps) {
  const LimitWeights end = limit_weights(limit.product, setting.delta());
  const double least = std::max(std::abs(setting.a0), std::abs(setting.b0));
  const double largest = std::max({least, end.a, end.b});
  const double growth = std::max(1.0, largest / least);
  const double per_weight = static_cast<double>(steps) *
                            (setting.relative_tolerance * largest + setting.absolute_tolerance * growth);
  return 2 * largest * (per_weight + path_rounding * largest);
}

}  // namespace flowsweep::theory

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "theory/convergence.hpp"
#include "theory/mesa_conditions.hpp"
#include "theory/mesa_records.hpp"
#include "theory/mesa_spectrum.hpp"

namespace flowsweep::theory {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double near = 0.03;             // of the limit's norm: what is of second order in it is small
constexpr double noise_factor = 10;       // local errors that are still there, in units of one
constexpr double least_curvature = 1e-9;  // of the largest
constexpr double resolution = 0.25;       // of the predicted rate

enum Measurement {
  balance,
  product_rate,
  product_error,
  differences_rate,
  differences_error,
  pairs_rate,
  pairs_error,
  slow_mode,
  slow_eigenvalue
};

// Starts on the diagonal set move along it; in one dimension there is nothing else.
bool along_diagonal(const MesaSetting& setting) {
  return setting.diagonal_start || setting.dimension == 1;
}

LimitWeights end_weights(const MesaSetting& setting, double balance) {
  return limit_weights(predicted_limit(setting).product, balance / setting.dimension);
}

// The mode that decays slowest among those that the start excites.
HessianMode slowest(const MesaSetting& setting, const std::vector<HessianMode>& spectrum) {
  HessianMode slow{Mode::mean_diagonal, slowest_in(spectrum, Mode::mean_diagonal), 1};
  if (along_diagonal(setting)) return slow;
  for (const HessianMode& mode : spectrum)
    if (mode.mode != Mode::valley && mode.eigenvalue < slow.eigenvalue) slow = mode;
  return slow;
}

std::vector<double> distances_from(std::vector<double> values, double target) {
  for (double& value : values) value = std::abs(value - target);
  return values;
}

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  if (!setting.population || !coordinatewise_symmetric(*setting.law)) return std::vector<double>(9, unknown);
  const record::Trajectory& path = run.record.trajectory;
  double squares = 0;
  const std::size_t n = run.record.weights.size();
  for (std::size_t k = 0; k < n; ++k)
    squares += (k < n / 2 ? -1 : 1) * run.record.weights[k] * run.record.weights[k];
  const LimitWeights limit = end_weights(setting, squares);
  const double w = std::max(limit.a, limit.b);
  const std::vector<double> reach = values_of(path, Column::limit_distance);
  const double noise =
      noise_factor * setting.dimension * (setting.relative_tolerance * w + setting.absolute_tolerance);
  const auto rate = [&](const std::vector<double>& amplitude, double unit) {
    return tail_rate({path.flow_time, amplitude, reach,
                      std::sqrt(setting.dimension) * std::hypot(limit.a, limit.b), near, noise * unit});
  };
  // An entry's error moves ab by w times as much.
  const Reading product =
      rate(distances_from(values_of(path, Column::product), predicted_limit(setting).product), w);
  const Reading differences = rate(values_of(path, Column::diagonal_spread), 1);
  const Reading pairs = rate(values_of(path, Column::off_diagonal_norm), 1);
  const HessianMode slow = slowest(setting, closed_spectrum(setting, limit));
  return {squares,           product.value, product.error, differences.value,
          differences.error, pairs.value,   pairs.error,   static_cast<double>(slow.mode),
          slow.eigenvalue};
}

// A rate that was read and the eigenvalues between which it must lie.
struct Claim {
  double least, most;
  Reading found;
};

// The claim about the slowest mode that the start excites: nothing slower can drive it.
Claim claim(const MesaSetting& setting, std::span<const double> measured) {
  const auto spectrum = closed_spectrum(setting, end_weights(setting, measured[balance]));
  const double pairs = slowest_in(spectrum, Mode::symmetric_pairs);
  switch (slowest(setting, spectrum).mode) {
    case Mode::differences: {
      const double differences = slowest_in(spectrum, Mode::differences);
      return {differences, differences, {measured[differences_rate], measured[differences_error]}};
    }
    case Mode::mean_diagonal: {
      const double mean = slowest_in(spectrum, Mode::mean_diagonal);
      return {mean, mean, {measured[product_rate], measured[product_error]}};
    }
    default:  // two nearly equal eigenvalues of pairs decay together
      return {pairs,
              slowest_in(spectrum, Mode::antisymmetric_pairs),
              {measured[pairs_rate], measured[pairs_error]}};
  }
}

Findings judge_tail(const sweep::Point& point, const record::RunRecord&, std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const TransverseCurvature curvature =
      transverse_curvature(setting, end_weights(setting, measured[balance]));
  const double transverse = std::min(curvature.differences, curvature.off_diagonal) / curvature.largest;
  const Claim slow = claim(setting, measured);
  const double nearest = std::clamp(slow.found.value, slow.least, slow.most);
  const bool resolved = slow.found.error < resolution * slow.least;
  return {measured[slow_eigenvalue],
          slow.found.value,
          slow.found.error,
          {population_margin(setting), two_blocks_margin(setting), error_control_margin(setting),
           coordinatewise_symmetric(*setting.law) ? 1.0 : -1.0,
           along_diagonal(setting) ? 1 : transverse - least_curvature},
          {resolved ? agreement_margin(slow.found.value, nearest, slow.found.error) : unknown}};
}

}  // namespace

const Theorem& mesa_tail() {
  static const Theorem theorem = {
      "mesa.tail",
      "Rate of the final approach and the mode that governs it",
      "Near the limit each invariant subspace of the Hessian decays at its own smallest eigenvalue: from a "
      "diagonal "
      "start |ab - c| at S2 (a^2 + b^2), from any other start the differences of diagonals and the "
      "off-diagonal "
      "entries at theirs. The slowest of those that the start excites governs the flow's tail; it is named. "
      "Rates "
      "are read off the records between which the flow is near the limit and above its local error; where "
      "fewer "
      "than four lie there, nothing is judged.",
      "|ab - c| ~ exp(-S2 (a^2+b^2) tau);  differences of diagonals ~ exp(-lambda_- tau);  off-diagonal "
      "entries ~ "
      "exp(-mu_- tau), lambda_-, mu_- the smaller eigenvalues of mesa.rate",
      "derived (linearisation at the limit; the spectrum of mesa.rate)",
      Standing::derived,
      {population_condition(),
       two_blocks_condition(),
       error_control_condition(),
       {"symmetric exchangeable law",
        "moments depend on the powers only and vanish where one is odd. Margin 1 or -1"},
       {"isolated end",
        "a diagonal start, or a smallest transverse eigenvalue that is positive. Margin 1, or it over the "
        "largest, "
        "minus 1e-9"}},
      {{"rates",
        "every rate that the records resolve to a quarter lies between the eigenvalues that may govern it, "
        "within its error. Margin: smallest 1 - excess / error"}},
      {{"balance", "1", "||A||_F^2 - ||B||_F^2 at the end"},
       {"product_rate", "L/theta^2", "decay rate of |ab - c| at the end"},
       {"product_error", "L/theta^2", "its error"},
       {"differences_rate", "L/theta^2", "decay rate of the differences of diagonals at the end"},
       {"differences_error", "L/theta^2", "its error"},
       {"pairs_rate", "L/theta^2", "decay rate of the off-diagonal entries' norm at the end"},
       {"pairs_error", "L/theta^2", "its error"},
       {"slow_mode", "1",
        "which mode governs the tail: 1 mean diagonal, 2 differences of diagonals, 3 symmetric pairs, 4 "
        "antisymmetric pairs"},
       {"slow_eigenvalue", "L/theta^2", "its eigenvalue in closed form"}},
      "of the rate that was read: twice its changes over four records, plus the rate times the distance from "
      "the limit over the limit's norm (terms of second order), plus ten local errors over the amplitudes",
      is_linear_attention,
      measure,
      judge_tail};
  return theorem;
}

}  // namespace flowsweep::theory

#include <algorithm>
#include <cmath>
#include <limits>

#include "theory/mesa_conditions.hpp"
#include "theory/mesa_spectrum.hpp"
#include "theory/mesa_weights.hpp"

namespace flowsweep::theory {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double safety = 10;
constexpr double near = 0.1;              // of the limit's norm
constexpr double least_curvature = 1e-9;  // of the largest
// Eigenvalues that agree to about 1e-10 are one to Lanczos' method; the closed form cancels to about 1e-13.
constexpr double rounding = 1e-9;

enum Measurement { balance, distance, deviation, least_positive, largest, distinct };

double nearest_gap(double value, const std::vector<double>& values) {
  double least = std::numeric_limits<double>::infinity();
  for (const double other : values) least = std::min(least, std::abs(value - other));
  return least;
}

// Hausdorff distance of the two sets of eigenvalues.
double spectral_distance(const std::vector<HessianMode>& stated, const std::vector<double>& found) {
  std::vector<double> eigenvalues;
  for (const HessianMode& mode : stated) eigenvalues.push_back(mode.eigenvalue);
  double largest_gap = 0;
  for (const double value : eigenvalues) largest_gap = std::max(largest_gap, nearest_gap(value, found));
  for (const double value : found) largest_gap = std::max(largest_gap, nearest_gap(value, eigenvalues));
  return largest_gap;
}

double smallest_above(const std::vector<double>& values, double threshold) {
  for (const double value : values)
    if (value > threshold) return value;
  return unknown;
}

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const auto entries =
      static_cast<std::size_t>(setting.dimension) * static_cast<std::size_t>(setting.dimension);
  if (!setting.population || run.record.weights.size() != 2 * entries ||
      !coordinatewise_symmetric(*setting.law))
    return std::vector<double>(6, unknown);
  const double end = diagonal_structure(run.record.weights, setting.dimension).balance;
  const LimitWeights limit = limit_weights(predicted_limit(setting).product, end / setting.dimension);
  const DistinctEigenvalues& found = run.end_spectrum();
  const double top = found.values.back();
  return {end,
          limit_distance(run.record.weights, setting.dimension, limit),
          found.complete ? spectral_distance(closed_spectrum(setting, limit), found.values) : unknown,
          smallest_above(found.values, least_curvature * top),
          top,
          static_cast<double>(found.values.size())};
}

// On the diagonal set every start off the line a = -b ends in the valley ab = c.
double isolated_margin(const MesaSetting& setting, double transverse) {
  if (setting.diagonal_start) return setting.a0 + setting.b0 != 0 ? 1 : -1;
  return transverse - least_curvature;
}

Findings judge_rate(const sweep::Point& point, const record::RunRecord& run,
                    std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const PredictedLimit limit = predicted_limit(setting);
  const LimitWeights weights = limit_weights(limit.product, measured[balance] / setting.dimension);
  const TransverseCurvature curvature = transverse_curvature(setting, weights);
  const double transverse = std::min(curvature.differences, curvature.off_diagonal);
  // From the diagonal set only the curvature along it matters: the flow keeps to the set.
  const double least = setting.diagonal_start ? curvature.largest : transverse;
  const double norm = std::sqrt(setting.dimension) * std::hypot(weights.a, weights.b);
  const double stopped =
      setting.gradient_tolerance * run.largest_gradient_norm + 8 * 0x1p-52 * limit.s1 * norm;
  const double drift =
      setting.diagonal_start ? flow_tolerance(setting, run.steps, std::max(weights.a, weights.b)) : 0;
  const double off = safety * stopped / least + drift;
  // The Hessian is quadratic in the weights: an entry that is off by e moves it by a few e/min(a, b).
  const double tolerance =
      curvature.largest * (safety * setting.dimension * off / std::min(weights.a, weights.b) + rounding);
  const double reached = 1 - measured[distance] / (near * norm);
  // A gradient that is small beside a huge first one may still be far from the limit: then nothing is
  // claimed.
  const bool open = reached < 0 && !(off < near * norm);
  return {curvature.largest,
          measured[largest],
          tolerance,
          {population_margin(setting), two_blocks_margin(setting),
           coordinatewise_symmetric(*setting.law) ? 1.0 : -1.0,
           isolated_margin(setting, transverse / curvature.largest), setting.diagonal_start ? 1.0 : reached},
          {!setting.diagonal_start ? 1.0 : (open ? unknown : reached),
           agreement_margin(measured[largest], curvature.largest, tolerance),
           agreement_margin(measured[deviation], 0, tolerance)},
          curvature.largest};
}

}  // namespace

const Theorem& mesa_rate() {
  static const Theorem theorem = {
      "mesa.rate",
      "Spectrum of the Hessian at the limit",
      "For exchangeable laws symmetric in every coordinate the Hessian of the population risk in real (B, A) "
      "at "
      "the limit has eight eigenvalues in closed form: 0 along the valley ab = c; S2 (a^2 + b^2), the "
      "largest; two "
      "for the differences of diagonals, d-1 times each; two for symmetric and two for antisymmetric pairs "
      "of "
      "off-diagonal entries, d(d-1)/2 times each. Judged by the distinct eigenvalues that Lanczos' method "
      "finds at "
      "the end of the flow.",
      "mean diagonal: 0, S2(a^2+b^2);  differences: S2(a^2+b^2)/2 +- sqrt(S2^2(a^2-b^2)^2/4 + c^2 R^2), R = "
      "S2 - 2 d "
      "H1 m42;  symmetric pairs: (X+Y)/2 +- sqrt((X-Y)^2/4 + 4 Z^2), antisymmetric pairs: X, Y;  X = "
      "b^2[(H0+H1) m42 "
      "+ (d-2) H1 m222], Y = a^2 S2, Z = c H1 m42",
      "derived (the Hessian on the diagonal set, docs/theory/mesa.md)",
      Standing::derived,
      {population_condition(),
       two_blocks_condition(),
       {"symmetric exchangeable law",
        "moments depend on the powers only and vanish where one is odd. Margin 1 or -1"},
       {"isolated end",
        "a diagonal start with a0 + b0 != 0, or a smallest transverse eigenvalue that is positive. Margin 1 "
        "or "
        "-1, or it over the largest, minus 1e-9"},
       {"start off the set ends near the limit",
        "read off the end, since the limit of such a start is not proved: distance from the predicted limit "
        "over 0.1 of its norm. Margin 1 - that; 1 for diagonal starts"}},
      {{"diagonal start ends near the limit",
        "distance from the predicted limit over 0.1 of its norm. Margin 1 - that; NaN where the gradient at "
        "which the flow stopped leaves it open; 1 for other starts"},
       {"largest eigenvalue", "it is S2 (a^2 + b^2), within the tolerance"},
       {"spectrum",
        "every eigenvalue found is one of the closed form and the other way round, within the "
        "tolerance"}},
      {{"balance", "1", "||A||_F^2 - ||B||_F^2 at the end"},
       {"distance", "1", "Frobenius distance of the end from the nearest predicted limit"},
       {"deviation", "L/theta^2", "largest distance of an eigenvalue found from the closed form's, or back"},
       {"least_positive", "L/theta^2", "smallest eigenvalue found above 1e-9 of the largest"},
       {"largest", "L/theta^2", "largest eigenvalue found"},
       {"distinct", "1", "number of distinct eigenvalues found"}},
      "the gradient at which the flow stops over the smallest curvature that it met, times 10 (diagonal "
      "starts: plus "
      "accumulated local error), carried through the Hessian (10 d / min(a, b)), plus rounding 1e-9 of the "
      "largest "
      "eigenvalue",
      is_linear_attention,
      measure,
      judge_rate};
  return theorem;
}

}  // namespace flowsweep::theory

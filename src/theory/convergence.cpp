#include "theory/convergence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "theory/mesa_records.hpp"

namespace flowsweep::theory {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double rounding = 4 * 0x1p-52;  // of the risk, relative
constexpr double resolved = 100;          // amplitudes in the window, in units of their noise
constexpr int bisections = 60;

// y and dy/dtau at a record.
struct Node {
  double time, value, slope;
};

double cubic(const Node& from, const Node& to, double s) {
  const double h = to.time - from.time, t = s * s * (3 - 2 * s);
  return from.value * (1 - t) + to.value * t + h * s * (1 - s) * (from.slope * (1 - s) - to.slope * s);
}

// Where the cubic between two nodes, falling overall, first comes down to `level`.
double cubic_crossing(const Node& from, const Node& to, double level) {
  double above = 0, below = 1;
  for (int k = 0; k < bisections; ++k) {
    const double middle = (above + below) / 2;
    (cubic(from, to, middle) > level ? above : below) = middle;
  }
  return from.time + below * (to.time - from.time);
}

// Largest difference of the cubic from the straight line between its ends.
double bend(const Node& from, const Node& to) {
  double largest = 0;
  for (const double s : {0.25, 0.5, 0.75})
    largest = std::max(largest, std::abs(cubic(from, to, s) - (from.value + s * (to.value - from.value))));
  return largest;
}

Reading crossing(const Node& from, const Node& to, double level, double noise) {
  const double slowness = (to.time - from.time) / (from.value - to.value);
  return {cubic_crossing(from, to, level), slowness * (bend(from, to) + noise)};
}

}  // namespace

Reading decrease_time(const record::Trajectory& trajectory, double level) {
  const std::vector<double> risk = values_of(trajectory, Column::risk);
  const std::vector<double> gradient = values_of(trajectory, Column::gradient_norm);
  if (risk.empty() || !(risk.front() > risk.back())) return {unknown, unknown};
  const double whole = risk.front() - risk.back();
  const auto excess = [&](std::size_t k) { return (risk[k] - risk.back()) / whole; };
  std::size_t k = 1;
  while (excess(k) > level) ++k;
  // The logit straightens exponential growth off a plateau and exponential decay alike; at the first record
  // it is infinite, there the logarithm serves.
  const bool logit = k > 1;
  const auto node = [&](std::size_t row) {
    const double e = excess(row), share = logit ? 1 - e : 1;
    return Node{trajectory.flow_time[row], std::log(e / share),
                -gradient[row] * gradient[row] / (whole * e * share)};
  };
  const double slack = rounding * std::abs(risk.front()) / whole;
  const double least = std::min(excess(k), logit ? 1 - excess(k - 1) : 1.0);
  if (!(least > resolved * slack)) return {unknown, unknown};
  return crossing(node(k - 1), node(k), std::log(level / (logit ? 1 - level : 1)), slack / least);
}

Reading tail_rate(const TailWindow& window) {
  Reading reading{unknown, unknown};
  const auto inside = [&](std::size_t k) {
    return window.reach[k] <= window.near * window.norm && window.amplitude[k] >= resolved * window.noise;
  };
  const auto rate = [&](std::size_t k) {
    return std::log(window.amplitude[k] / window.amplitude[k + 1]) /
           (window.flow_time[k + 1] - window.flow_time[k]);
  };
  for (std::size_t k = 0; k + 3 < window.flow_time.size(); ++k) {
    if (!inside(k) || !inside(k + 1) || !inside(k + 2) || !inside(k + 3)) continue;
    const double shaken = window.noise * (1 / window.amplitude[k + 2] + 1 / window.amplitude[k + 3]) /
                          (window.flow_time[k + 3] - window.flow_time[k + 2]);
    const double changes = std::abs(rate(k + 2) - rate(k + 1)) + std::abs(rate(k + 1) - rate(k));
    const double curved = std::abs(rate(k + 2)) * window.reach[k + 2] / window.norm;
    reading = {rate(k + 2), 2 * changes + curved + shaken};
  }
  return reading;
}

}  // namespace flowsweep::theory

#include "theory/recall_layer.hpp"

#include <cmath>
#include <numbers>
#include <vector>

#include "model/linear_attention.hpp"

namespace flowsweep::theory {
namespace {

constexpr double smallest = 0.1, ratio = 1.5848931924611136;  // 10^(1/5)
constexpr int grid_points = 26;
constexpr double accuracy = 1e-4;

class Family {
 public:
  Family(risk::CausalRisk& risk, int dimension)
      : risk_(risk), dimension_(static_cast<std::size_t>(dimension)), theta_(risk.size()) {
    at_zero_ = value(1, 0);
  }

  // L(b) = L(0) - b C + b^2 Y / 2 has its least value L(0) - C^2 / (2 Y) at b = C / Y.
  RecallLayer best_at(double a) {
    const double above = value(a, 1), below = value(a, -1);
    const double C = (below - above) / 2, Y = above + below - 2 * at_zero_;
    if (!(Y > 0)) return {a, 0, at_zero_};
    return {a, C / Y, at_zero_ - C * C / (2 * Y)};
  }

 private:
  double value(double a, double b) {
    model::pack(model::diagonal_start(dimension_, a, b), theta_);
    return risk_.losses(theta_).summed;
  }

  risk::CausalRisk& risk_;
  std::size_t dimension_;
  std::vector<double> theta_;
  double at_zero_ = 0;
};

}  // namespace

RecallLayer best_recall_layer(risk::CausalRisk& risk, int dimension) {
  Family family(risk, dimension);
  RecallLayer best = family.best_at(smallest);
  for (int k = 1; k < grid_points; ++k)
    if (const RecallLayer layer = family.best_at(smallest * std::pow(ratio, k)); layer.risk < best.risk)
      best = layer;
  // In log a, within one ratio of the best point.
  constexpr double golden = 1 / std::numbers::phi;
  double low = std::log(best.a / ratio), high = std::log(best.a * ratio);
  RecallLayer left = family.best_at(std::exp(high - golden * (high - low)));
  RecallLayer right = family.best_at(std::exp(low + golden * (high - low)));
  while (high - low > accuracy) {
    if (left.risk < right.risk) {
      high = std::log(right.a);
      right = left;
      left = family.best_at(std::exp(high - golden * (high - low)));
    } else {
      low = std::log(left.a);
      left = right;
      right = family.best_at(std::exp(low + golden * (high - low)));
    }
    for (const RecallLayer& layer : {left, right})
      if (layer.risk < best.risk) best = layer;
  }
  return best;
}

}  // namespace flowsweep::theory

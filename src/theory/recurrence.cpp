#include "theory/recurrence.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "model/causal_attention.hpp"
#include "model/recall.hpp"

namespace flowsweep::theory {

RecurrenceBound recurrence_bound(const Eigen::MatrixXcd& x, double a) {
  const auto d = static_cast<double>(x.rows()), t = static_cast<double>(x.cols() - 1);
  const Eigen::MatrixXcd seen = x.leftCols(x.cols() - 1);
  const model::LinearAttention layer = model::diagonal_start(static_cast<std::size_t>(x.rows()), a, 1);
  const Eigen::VectorXcd predicted = model::predict_next(model::CausalScore::softmax, layer, seen);
  const double V = x.col(0).squaredNorm(), sharpness = a / std::sqrt(2 * d);
  const double g = std::max(0.0, model::recall(seen).likeness);
  const double recalled = 2 * (V - g), turn = 2 * std::numbers::pi;
  return {(predicted - x.rightCols(1)).squaredNorm(),
          recalled + 2 / sharpness * std::log(t) + 2 * V * std::exp(-sharpness * g), recalled,
          turn * turn * V * std::pow(t - 1, -2 / d)};
}

}  // namespace flowsweep::theory

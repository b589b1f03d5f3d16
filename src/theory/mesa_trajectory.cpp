#include "theory/mesa_trajectory.hpp"

#include <cmath>

namespace flowsweep::theory {

double exact_product(const PredictedLimit& limit, double a0, double b0, double tau) {
  const double delta = a0 * a0 - b0 * b0, c = limit.product;
  const double root = std::hypot(delta, 2 * c);
  const double upper = 2 * c + root;
  const double lower = -delta * delta / upper;  // 2c - D without cancellation
  const double start = (a0 + b0) * (a0 + b0);
  // (y+ - y- r)/(1 - r) with r's fraction cleared: every term is positive, nothing cancels.
  const double decay = std::exp(-limit.s2 * root * tau), grown = -std::expm1(-limit.s2 * root * tau);
  const double y = (upper * start - lower * (start * decay + upper * grown)) /
                   (2 * root * decay + (start - lower) * grown);
  // ab = (p^2 - delta^2/p^2)/4 with y = p^2.
  return (y - delta * delta / y) / 4;
}

double exact_time(const PredictedLimit& limit, double a0, double b0, double fraction) {
  const double delta = a0 * a0 - b0 * b0, c = limit.product;
  const double root = std::hypot(delta, 2 * c);
  const double lower = -delta * delta / (2 * c + root);
  const double start = a0 * b0, end = c + (start - c) * fraction;
  // (y - y-) and (y - y+)/(u - c) at ab = u; y(u) is the positive root of y^2 - 4 u y - delta^2.
  const auto above_lower = [&](double u) {
    const double spread = std::hypot(delta, 2 * u);
    return (u >= 0 ? 2 * u + spread : delta * delta / (spread - 2 * u)) - lower;
  };
  const auto slope = [&](double u) { return 2 + 4 * (u + c) / (std::hypot(delta, 2 * u) + root); };
  const double ratio = slope(start) * above_lower(end) / (fraction * slope(end) * above_lower(start));
  return std::log(ratio) / (limit.s2 * root);
}

double product_velocity(const PredictedLimit& limit, double delta, double product) {
  return std::hypot(delta, 2 * product) * (limit.s1 - limit.s2 * product);
}

double saddle_square(const PredictedLimit& limit, double a0, double tau) {
  const double decay = std::exp(-2 * limit.s1 * tau);
  return limit.s1 * decay / (limit.s1 / (a0 * a0) - limit.s2 * std::expm1(-2 * limit.s1 * tau));
}

}  // namespace flowsweep::theory

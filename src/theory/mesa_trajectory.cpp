#include "theory/mesa_trajectory.hpp"

#include <cmath>

namespace flowsweep::theory {

double exact_product(const PredictedLimit& limit, double a0, double b0, double tau) {
  const double delta = a0 * a0 - b0 * b0, c = limit.product;
  const double root = std::hypot(delta, 2 * c);
  const double upper = 2 * c + root;
  const double lower = -delta * delta / upper;  // 2c - D without cancellation
  const double start = (a0 + b0) * (a0 + b0);
  const double r = (start - upper) / (start - lower) * std::exp(-limit.s2 * root * tau);
  const double y = (upper - lower * r) / (1 - r);
  // ab = (p^2 - delta^2/p^2)/4 with y = p^2.
  return (y - delta * delta / y) / 4;
}

}  // namespace flowsweep::theory

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

}  // namespace flowsweep::theory

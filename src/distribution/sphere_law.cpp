#include "distribution/sphere_law.hpp"

#include <cmath>

namespace flowsweep::distribution {

double SphereLaw::moment(std::span<const Factor> factors) const {
  int degree = 0;
  double product = 1;
  for (const Factor& factor : factors) {
    if (factor.power % 2 != 0) return 0;
    for (int odd = factor.power - 1; odd > 1; odd -= 2) product *= odd;
    degree += factor.power;
  }
  for (int k = 0; k < degree; k += 2) product /= dimension_ + k;
  return std::pow(radius_, degree) * product;
}

void SphereLaw::sample(CounterRng& rng, std::span<double> v) const {
  double square = 0;
  for (double& value : v) {
    value = rng.normal();
    square += value * value;
  }
  const double factor = radius_ / std::sqrt(square);
  for (double& value : v) value *= factor;
}

}  // namespace flowsweep::distribution

#pragma once
#include <cmath>

namespace flowsweep::test {

/// z with P(|Z| > z) = probability for a standard normal Z, by bisection of erfc(z / sqrt 2).
inline double z_bound(double probability) {
  double low = 0, high = 40;
  while (high - low > 1e-12) {
    const double middle = (low + high) / 2;
    (std::erfc(middle / std::sqrt(2.0)) > probability ? low : high) = middle;
  }
  return high;
}

}  // namespace flowsweep::test

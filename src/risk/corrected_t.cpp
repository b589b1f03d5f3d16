#include "risk/corrected_t.hpp"

#include <cmath>
#include <limits>

namespace flowsweep::risk {

double corrected_t(std::span<const double> values) {
  const double count = static_cast<double>(values.size());
  double mean = 0, squares = 0, cubes = 0;
  for (const double value : values) mean += value / count;
  for (const double value : values) {
    const double deviation = value - mean;
    squares += deviation * deviation / count;
    cubes += deviation * deviation * deviation / count;
  }
  if (squares == 0) return mean == 0 ? 0 : std::copysign(std::numeric_limits<double>::infinity(), mean);
  const double t = mean / std::sqrt(squares / (count - 1));
  const double k = cubes / (squares * std::sqrt(squares * count));
  const double corrected = t + k * t * t / 3 + k * k * t * t * t / 27 + k / 6;
  return std::abs(corrected) < std::abs(t) ? corrected : t;
}

}  // namespace flowsweep::risk

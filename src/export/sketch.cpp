#include "export/sketch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

namespace flowsweep::exporting {

std::string sketch(std::span<const double> values) {
  constexpr std::string_view levels = "_.,:-=+*%#";
  double lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
  for (const double value : values)
    if (std::isfinite(value)) {
      lowest = std::min(lowest, value);
      highest = std::max(highest, value);
    }
  std::string line;
  for (const double value : values) {
    // Halved, so that a range wider than the largest double does not overflow.
    const double fraction = highest > lowest ? (value / 2 - lowest / 2) / (highest / 2 - lowest / 2) : 0;
    const auto last = static_cast<double>(levels.size() - 1);
    line += std::isfinite(value) ? levels[static_cast<std::size_t>(std::lround(last * fraction))] : '?';
  }
  return line;
}

}  // namespace flowsweep::exporting

#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace flowsweep {

/// "0 points", "1 point", "2 points": for nouns with a regular plural.
inline std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

/// "0 of 1 point has a row", "2 of 5 points have a row".
inline std::string counted_rows(std::size_t rows, std::size_t points) {
  return std::to_string(rows) + " of " + counted(points, "point") + (points == 1 ? " has" : " have") +
         " a row";
}

}  // namespace flowsweep

#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace flowsweep {

/// "0 points", "1 point", "2 points": for nouns with a regular plural.
inline std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace flowsweep

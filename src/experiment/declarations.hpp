#pragma once
#include <limits>
#include <string_view>
#include <vector>

#include "sweep/parameter.hpp"

namespace flowsweep::experiment {

/// Every parameter of grid points, each after those that its use depends on.
std::vector<sweep::ParameterDeclaration> declarations();

/// Position of a declared parameter; throws std::out_of_range for another.
std::size_t position(const std::vector<sweep::ParameterDeclaration>& all, std::string_view key);

inline sweep::Bounds at_least(double lowest, double highest = std::numeric_limits<double>::max()) {
  return {lowest, highest, false, false};
}
inline sweep::Bounds positive(double highest = std::numeric_limits<double>::max()) {
  return {0, highest, true, false};
}

/// Of the scale of a law: its sixth power stays within the range of doubles.
inline constexpr sweep::Bounds scale_bounds = {1e-20, 1e20, false, false};

/// Names of all laws.
std::vector<std::string> law_names();

}  // namespace flowsweep::experiment

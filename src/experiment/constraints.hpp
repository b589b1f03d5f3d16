#pragma once
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sweep/parameter.hpp"

namespace flowsweep::experiment {

/// The first constraint between parameters that a point breaks: the position of the offending one, and the
/// constraint, empty if all is well.
std::pair<std::size_t, std::string> broken_constraint(const std::vector<sweep::ParameterDeclaration>& all,
                                                      std::span<const sweep::Value> values);

}  // namespace flowsweep::experiment

#pragma once
#include <memory>
#include <string>
#include <vector>

#include "sweep/grid.hpp"

namespace flowsweep::cli {

/// The keys whose values differ between two sweep texts, one line each:
/// "axes.dimension: 2..16 in the store, 2..4 now". Keys in the order of the new text, then those it lacks.
std::vector<std::string> sweep_differences(const std::string& stored, const std::string& now,
                                           const sweep::Vocabulary& vocabulary);

}  // namespace flowsweep::cli

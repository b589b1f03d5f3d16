#pragma once
#include <span>
#include <string>
#include <vector>

#include "sweep/grid_builder.hpp"

namespace flowsweep::sweep {

/// A remark for each key of the file that no point uses and each exclusion that no point meets, in the order
/// of the grids. `effects` are those of the specifications.
std::vector<std::string> ineffective_keys(std::span<const GridSpecification> specifications,
                                          std::span<const Effect> effects);

}  // namespace flowsweep::sweep

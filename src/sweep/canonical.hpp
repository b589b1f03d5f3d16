#pragma once
#include <string>
#include <vector>

#include "sweep/grid.hpp"

namespace flowsweep::sweep {

/// "key=kind:value\n" as it enters the canonical content; "" for an unused parameter.
std::string canonical_line(const ParameterDeclaration& declaration, const Value& value);

/// "kernel=VERSION\n", which ends the canonical content.
std::string kernel_line();

/// Parameter indices in the order of the canonical content: sorted by key.
std::vector<std::size_t> canonical_order(const Vocabulary& vocabulary);

}  // namespace flowsweep::sweep

#pragma once
#include <string>

#include "sweep/grid.hpp"

namespace flowsweep::sweep {

/// Markdown tables of every key of a sweep file, by section, and of the forms of axes, made from the
/// declarations.
std::string reference_page(const Vocabulary& vocabulary);

}  // namespace flowsweep::sweep

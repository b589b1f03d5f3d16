#pragma once
#include <string>

#include "sweep/grid.hpp"

namespace flowsweep::sweep {

/// Refuses a file's text that is too long, has a too long line, is not UTF-8, or holds control characters
/// other than tabs and line ends (LF or CR LF). The message names the line.
void check_text(const std::string& text, const std::string& file, const Limits& limits);

/// The same for a --set text, which must also be a single line.
void check_override(const std::string& text, const Limits& limits);

}  // namespace flowsweep::sweep

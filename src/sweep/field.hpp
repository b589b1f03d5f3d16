#pragma once
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace flowsweep::sweep {

/// A key and where it stands: what a message about its value needs.
struct Field {
  SourceLocation where;
  std::string name;  ///< as --set writes it: "axes.dimension"; "name" in the top section
};

/// A field that has no line: a missing key, a default.
Field without_line(const std::string& file, const std::string& name);

/// Throws InputError for `value`, which is cut if it is long.
[[noreturn]] void refuse(const Field& field, std::string_view value, const std::string& constraint);

}  // namespace flowsweep::sweep

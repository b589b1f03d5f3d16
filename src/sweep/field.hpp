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

/// "FILE:LINE: FIELD"; without the line where there is none.
std::string place_of(const Field& field);

/// The text, cut at 80 bytes between characters.
std::string shortened(std::string_view text);

/// "FILE:LINE: FIELD = VALUE: TEXT", field and value shortened.
std::string remark(const Field& field, std::string_view value, const std::string& text);

/// Throws InputError for `value`; it and the field's name are shortened.
[[noreturn]] void refuse(const Field& field, std::string_view value, const std::string& constraint);

}  // namespace flowsweep::sweep

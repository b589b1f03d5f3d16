#include "sweep/field.hpp"

namespace flowsweep::sweep {
namespace {

constexpr std::size_t longest_shown = 80;

// Cuts before a character's first byte, so that the message stays UTF-8.
std::string shortened(std::string_view value) {
  if (value.size() <= longest_shown) return std::string(value);
  std::size_t end = longest_shown;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) --end;
  return std::string(value.substr(0, end)) + "...";
}

}  // namespace

Field without_line(const std::string& file, const std::string& name) {
  Field field;
  field.where.file = file;
  field.name = name;
  return field;
}

void refuse(const Field& field, std::string_view value, const std::string& constraint) {
  throw InputError(field.where, field.name, value.empty() ? "(nothing)" : shortened(value), constraint);
}

}  // namespace flowsweep::sweep

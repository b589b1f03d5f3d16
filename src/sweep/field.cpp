#include "sweep/field.hpp"

namespace flowsweep::sweep {

std::string shortened(std::string_view text) {
  constexpr std::size_t longest = 80;
  if (text.size() <= longest) return std::string(text);
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

Field without_line(const std::string& file, const std::string& name) {
  Field field;
  field.where.file = file;
  field.name = name;
  return field;
}

std::string place_of(const Field& field) {
  const std::string line = field.where.line > 0 ? ":" + std::to_string(field.where.line) : "";
  return field.where.file + line + ": " + shortened(field.name);
}

namespace {

InputError input_error(const Field& field, std::string_view value, const std::string& constraint) {
  return {field.where, shortened(field.name), value.empty() ? "(nothing)" : shortened(value), constraint};
}

}  // namespace

std::string remark(const Field& field, std::string_view value, const std::string& text) {
  return input_error(field, value, text).what();
}

void refuse(const Field& field, std::string_view value, const std::string& constraint) {
  throw input_error(field, value, constraint);
}

}  // namespace flowsweep::sweep

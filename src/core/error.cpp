#include "core/error.hpp"

namespace flowsweep {
namespace {

std::string place(const SourceLocation& where) {
  return where.line > 0 ? where.file + ":" + std::to_string(where.line) : where.file;
}

}  // namespace

InputError::InputError(const SourceLocation& where, const std::string& field, const std::string& value,
                       const std::string& constraint)
    : std::runtime_error(place(where) + ": " + field + " = " + value + ": " + constraint) {}

InputError::InputError(const std::string& subject, const std::string& constraint)
    : std::runtime_error(subject + ": " + constraint) {}

}  // namespace flowsweep

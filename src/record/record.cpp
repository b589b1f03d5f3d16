#include "record/record.hpp"

namespace flowsweep::record {

std::string_view name(Status status) {
  return status_names.at(static_cast<std::size_t>(status));
}

std::string_view name(VerdictKind kind) {
  return verdict_names.at(static_cast<std::size_t>(kind));
}

}  // namespace flowsweep::record

#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "verify/verify.hpp"

namespace flowsweep::verify {

/// Report::coverage in words; in full but for the values of an axis, of which the first few are listed.
std::string coverage_text(const Report& report, const Options& options);

/// The same as one JSON object, with every value.
nlohmann::ordered_json coverage_json(const Report& report);

}  // namespace flowsweep::verify

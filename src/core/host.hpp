#pragma once
#include <string>

namespace flowsweep {

/// This machine's name; "unknown" if the system does not tell.
std::string host_name();

/// The present time in UTC, "2024-05-31T23:59:58Z".
std::string utc_now();

}  // namespace flowsweep

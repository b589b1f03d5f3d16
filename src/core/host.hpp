#pragma once
#include <cstdint>
#include <string>

namespace flowsweep {

/// This machine's name; "unknown" if the system does not tell.
std::string host_name();

/// Bytes of this machine's memory; all that 64 bits can say if the system does not tell.
std::uint64_t physical_memory();

/// The present time in UTC, "2024-05-31T23:59:58Z".
std::string utc_now();

}  // namespace flowsweep

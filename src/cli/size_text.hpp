#pragma once
#include <cstdint>
#include <string>

namespace flowsweep::cli {

/// "12.3 kB", "4.0 MB", "1.25 GB".
std::string size_text(std::uint64_t bytes);

/// Bytes that a user may still write to the folder of this file. Throws InputError if that cannot be found
/// out.
std::uint64_t free_bytes(const std::string& file);

}  // namespace flowsweep::cli

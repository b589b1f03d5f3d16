#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace flowsweep {

/// 64-bit XXH3 of raw bytes: ids, row checksums and digests.
std::uint64_t hash_bytes(std::span<const std::byte> bytes, std::uint64_t seed = 0);
std::uint64_t hash_text(std::string_view text, std::uint64_t seed = 0);

/// 16 lower-case hexadecimal digits, and back; parse_hex throws InputError on anything else.
std::string to_hex(std::uint64_t value);
std::uint64_t parse_hex(std::string_view text);

}  // namespace flowsweep

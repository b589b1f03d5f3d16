#include "core/hash.hpp"

#include <xxhash.h>

#include <charconv>
#include <cstddef>

#include "core/error.hpp"

namespace flowsweep {

std::uint64_t hash_bytes(std::span<const std::byte> bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::uint64_t hash_text(std::string_view text, std::uint64_t seed) {
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

std::string to_hex(std::uint64_t value) {
  std::string text(16, '0');
  for (int digit = 15; digit >= 0; --digit, value >>= 4) text[digit] = "0123456789abcdef"[value & 15];
  return text;
}

std::uint64_t parse_hex(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  const bool upper_case = text.find_first_of("ABCDEF") != std::string_view::npos;
  if (upper_case || error != std::errc() || end != text.data() + text.size() || text.size() != 16)
    throw InputError({"command line", 0}, "id", std::string(text),
                     "must be 16 lower-case hexadecimal digits");
  return value;
}

}  // namespace flowsweep

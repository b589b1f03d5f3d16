#include "core/hash.hpp"

#include <array>
#include <cstddef>
#include <set>
#include <string>

#include "core/error.hpp"
#include "support/catch.hpp"

using namespace flowsweep;

TEST_CASE("the hash is XXH3, 64 bits", "[hash]") {
  // The empty input's hash is a constant of the algorithm's published test vectors: ids must outlive library
  // updates.
  CHECK(hash_text("") == 0x2d06800538d394c2);
  CHECK(hash_bytes({}) == hash_text(""));
}

TEST_CASE("texts and their bytes have one hash; seeds and single bits change it", "[hash]") {
  const std::string text = "dimension=int:5\n";
  CHECK(hash_bytes(std::as_bytes(std::span(text))) == hash_text(text));
  CHECK(hash_text(text, 1) != hash_text(text));
  std::set<std::uint64_t> seen = {hash_text(text)};
  for (std::size_t k = 0; k < text.size(); ++k)
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = text;
      changed[k] = static_cast<char>(changed[k] ^ (1 << bit));
      seen.insert(hash_text(changed));
    }
  CHECK(seen.size() == 1 + 8 * text.size());
}

TEST_CASE("hexadecimal ids survive the round trip", "[hash]") {
  CHECK(to_hex(0) == "0000000000000000");
  CHECK(to_hex(0x0123456789abcdef) == "0123456789abcdef");
  for (const std::uint64_t value :
       {0ull, 1ull, 0x8000000000000000ull, 0xffffffffffffffffull, 0x0123456789abcdefull})
    CHECK(parse_hex(to_hex(value)) == value);
}

TEST_CASE("anything but sixteen hexadecimal digits is refused", "[hash]") {
  for (const char* text :
       {"", "0", "123456789abcdef", "00123456789abcdef", "0123456789abcdeg", "0x23456789abcdef",
        " 123456789abcdef", "123456789abcdef ", "-123456789abcdef", "+123456789abcdef"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_hex(text), InputError);
  }
}

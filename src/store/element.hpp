#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace flowsweep::store {

/// Types of stored numbers, in the machine's byte order.
enum class Element : std::uint8_t { int8, uint8, int16, int32, uint32, int64, uint64, float64 };

constexpr std::size_t size_of(Element element) {
  constexpr std::array<std::size_t, 8> sizes = {1, 1, 2, 4, 4, 8, 8, 8};
  return sizes[static_cast<std::size_t>(element)];
}

/// Bytes of one element; the first size_of() of them count.
using Fill = std::array<std::byte, 8>;

template <class Number>
Fill bytes_of(Number number) {
  Fill fill{};
  std::memcpy(fill.data(), &number, sizeof number);
  return fill;
}

inline Fill nan_fill() {
  return bytes_of(std::numeric_limits<double>::quiet_NaN());
}

/// `number` as an element of an integer type; values are known to fit.
inline Fill integer_fill(Element element, std::int64_t number) {
  switch (element) {
    case Element::int8:
      return bytes_of(static_cast<std::int8_t>(number));
    case Element::uint8:
      return bytes_of(static_cast<std::uint8_t>(number));
    case Element::int16:
      return bytes_of(static_cast<std::int16_t>(number));
    case Element::int32:
      return bytes_of(static_cast<std::int32_t>(number));
    case Element::uint32:
      return bytes_of(static_cast<std::uint32_t>(number));
    default:
      return bytes_of(number);
  }
}

/// CF convention: integers that stand for words.
struct Flags {
  std::vector<std::int64_t> values;
  std::vector<std::string> meanings;  ///< without blanks
};

}  // namespace flowsweep::store

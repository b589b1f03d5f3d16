#pragma once
#include <span>
#include <string>
#include <vector>

#include "store/element.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::store {

/// Meaning of the code that stands for "unused" among an axis' words.
inline constexpr const char* unused_word = "unused";

/// A declared parameter that at least one point of the grid uses, as it is stored in /points.
struct Axis {
  std::string key;
  sweep::Kind kind = sweep::Kind::real;
  std::string unit, help;
  std::vector<std::string> choices;  ///< the words that integers 0, 1, ... stand for
  std::size_t width = 1;             ///< numbers a point: 2 for a pair, the longest length for a list
  bool optional = false;             ///< some point does not use it
};

/// The axes of a grid in declaration order. Throws std::invalid_argument if a choice has a blank or is
/// "unused".
std::vector<Axis> axes_of(const sweep::Grid& grid);

Element element_of(const Axis& axis);
/// What stands for "unused" and pads lists: NaN, the smallest 64-bit integer, or -1 for words and flags.
Fill fill_of(const Axis& axis);
Flags flags_of(const Axis& axis);

/// A value as stored bytes (axis.width elements), and back; monostate where the axis is unused.
void encode_value(const Axis& axis, const sweep::Value& value, std::span<std::byte> bytes);
sweep::Value decode_value(const Axis& axis, std::span<const std::byte> bytes);

/// "integer", "real", "name", "pair", "real-list", "flag", and back; throws std::invalid_argument.
std::string kind_name(sweep::Kind kind);
sweep::Kind parse_kind(const std::string& text);

}  // namespace flowsweep::store

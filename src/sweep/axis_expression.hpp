#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sweep/field.hpp"
#include "sweep/parameter.hpp"

namespace flowsweep::sweep {

/// first, first + step, .. up to last.
struct IntegerRange {
  std::int64_t first = 0, last = 0, step = 1;
};

/// Every real number x with first <= x <= last; only in filters and exclusions.
struct Interval {
  double first = 0, last = 0;
};

/// lin(a, b, n) or log(a, b, n): n values from a to b, equally spaced or in equal ratios.
///
/// Inner values are rounded to 15 significant digits, so that the grid does not depend on the mathematical
/// library; on an integer axis to the nearest integer.
struct Spacing {
  bool logarithmic = false;
  bool rounded = false;  ///< on an integer axis
  std::variant<std::int64_t, double> first, last;
  std::uint64_t count = 1;
};

/// One item of an axis' list before it is expanded.
using AxisItem = std::variant<Value, IntegerRange, Interval, Spacing>;

/// Whether a..b is allowed on a real axis, where it means an interval.
enum class RealRanges { refused, intervals };

AxisItem parse_axis_item(const ParameterDeclaration& declaration, std::string_view text, const Field& field,
                         RealRanges ranges = RealRanges::refused);

/// The items of a comma list. Refuses real_list parameters, which cannot be axes, and more than `limit`
/// items.
std::vector<AxisItem> parse_axis(const ParameterDeclaration& declaration, std::string_view text,
                                 const Field& field, std::size_t limit);

/// Number of values of all items with repetitions, saturating at 2^64 - 1; allocates nothing.
std::uint64_t count_values(std::span<const AxisItem> items);

/// Upper bound on the number of distinct values: as count_values, but lin and log of an integer axis count at
/// most once per integer between their ends.
std::uint64_t count_distinct(std::span<const AxisItem> items);

/// The values in order, with repetitions. An Interval gives none.
std::vector<Value> expand(std::span<const AxisItem> items);

/// Whether `value` is one of a spacing's values; found by its place, without expanding.
bool contains(const Spacing& spacing, const Value& value);

/// Whether an item is lin or log of an integer axis, whose values may coincide after rounding.
bool has_rounded_item(std::span<const AxisItem> items);

/// How items may be written, for the reference page.
struct AxisForm {
  std::string form, kinds, meaning, example;
};
std::vector<AxisForm> axis_forms();

}  // namespace flowsweep::sweep

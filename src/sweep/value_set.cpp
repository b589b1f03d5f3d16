#include "sweep/value_set.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sweep/value_text.hpp"

namespace flowsweep::sweep {
namespace {

// Each range is tried in turn for each value, so their number is bounded.
constexpr std::size_t most_ranges = 1000;

struct Membership {
  const Value& value;

  bool operator()(const Value& other) const { return value == other; }
  bool operator()(const Spacing& spacing) const { return sweep::contains(spacing, value); }
  bool operator()(const Interval& interval) const {
    const auto* real = std::get_if<double>(&value);
    return real && *real >= interval.first && *real <= interval.last;
  }
  bool operator()(const IntegerRange& range) const {
    const auto* integer = std::get_if<std::int64_t>(&value);
    if (!integer || *integer < range.first || *integer > range.last) return false;
    const std::uint64_t distance =
        static_cast<std::uint64_t>(*integer) - static_cast<std::uint64_t>(range.first);
    return distance % static_cast<std::uint64_t>(range.step) == 0;
  }
};

}  // namespace

ValueSet::ValueSet(const ParameterDeclaration& declaration, std::string_view text, const Field& field) {
  if (declaration.kind == Kind::real_list) refuse(field, text, "is a list and cannot stand in a condition");
  if (trimmed(text).empty()) refuse(field, text, "must have at least one value");
  for (const std::string_view item_text : split_list(text, ',', field)) {
    AxisItem item = parse_axis_item(declaration, item_text, field, RealRanges::intervals);
    if (auto* value = std::get_if<Value>(&item))
      values_.insert(std::move(*value));
    else
      ranges_.push_back(std::move(item));
    if (ranges_.size() > most_ranges)
      refuse(field, item_text, fmt::format("a condition has at most {} ranges", most_ranges));
  }
}

bool ValueSet::contains(const Value& value) const {
  return values_.contains(value) || std::any_of(ranges_.begin(), ranges_.end(), [&](const AxisItem& range) {
           return std::visit(Membership{value}, range);
         });
}

}  // namespace flowsweep::sweep

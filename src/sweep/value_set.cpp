#include "sweep/value_set.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sweep/value_text.hpp"

namespace flowsweep::sweep {
namespace {

// Each range is tried in turn for each value, so their number is bounded.
constexpr std::size_t most_ranges = 1000;

}  // namespace

ValueSet::ValueSet(const ParameterDeclaration& declaration, std::string_view text, const Field& field,
                   std::size_t limit) {
  if (declaration.kind == Kind::real_list) refuse(field, text, "is a list and cannot stand in a condition");
  if (trimmed(text).empty()) refuse(field, text, "must have at least one value");
  std::uint64_t room = limit;
  for (const std::string_view item_text : split_list(text, ',', field)) {
    const AxisItem item = parse_axis_item(declaration, item_text, field, RealRanges::intervals);
    const std::uint64_t needed = std::holds_alternative<IntegerRange>(item) ? 0 : count_values({&item, 1});
    if (needed > room) refuse(field, item_text, fmt::format("a condition has at most {} values", limit));
    room -= needed;
    add(item);
    if (ranges_.size() + intervals_.size() > most_ranges)
      refuse(field, item_text, fmt::format("a condition has at most {} ranges", most_ranges));
  }
}

void ValueSet::add(const AxisItem& item) {
  if (const auto* range = std::get_if<IntegerRange>(&item)) return ranges_.push_back(*range);
  if (const auto* interval = std::get_if<Interval>(&item)) return intervals_.push_back(*interval);
  for (Value& value : expand({&item, 1})) values_.insert(std::move(value));
}

bool ValueSet::contains(const Value& value) const {
  if (values_.contains(value)) return true;
  if (const auto* integer = std::get_if<std::int64_t>(&value))
    return std::any_of(ranges_.begin(), ranges_.end(), [x = *integer](const IntegerRange& range) {
      return x >= range.first && x <= range.last &&
             (static_cast<std::uint64_t>(x) - static_cast<std::uint64_t>(range.first)) %
                     static_cast<std::uint64_t>(range.step) ==
                 0;
    });
  if (const auto* real = std::get_if<double>(&value))
    return std::any_of(intervals_.begin(), intervals_.end(), [x = *real](const Interval& interval) {
      return x >= interval.first && x <= interval.last;
    });
  return false;
}

}  // namespace flowsweep::sweep

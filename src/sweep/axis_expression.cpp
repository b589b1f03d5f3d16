#include "sweep/axis_expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "sweep/nearest.hpp"
#include "sweep/value_text.hpp"

namespace flowsweep::sweep {
namespace {

constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

std::uint64_t count(const IntegerRange& range) {
  const std::uint64_t width =
      static_cast<std::uint64_t>(range.last) - static_cast<std::uint64_t>(range.first);
  const std::uint64_t steps = width / static_cast<std::uint64_t>(range.step);
  return steps == most ? most : steps + 1;
}

std::int64_t parse_bounded(const ParameterDeclaration& declaration, std::string_view text,
                           const Field& field) {
  return std::get<std::int64_t>(parse_value(declaration, text, field));
}

void refuse_reversed(bool reversed, std::string_view text, const Field& field) {
  if (reversed) refuse(field, text, "the range must not run backwards: its first value is above its last");
}

IntegerRange parse_integer_range(const ParameterDeclaration& declaration, std::string_view text,
                                 const Field& field) {
  const std::size_t dots = text.find("..");
  const std::size_t colon = text.find(':', dots);
  IntegerRange range;
  range.first = parse_bounded(declaration, text.substr(0, dots), field);
  range.last =
      parse_bounded(declaration, text.substr(dots + 2, std::min(colon, text.size()) - dots - 2), field);
  if (colon != std::string_view::npos) range.step = parse_integer(trimmed(text.substr(colon + 1)), field);
  refuse_reversed(range.last < range.first, text, field);
  if (range.step < 1) refuse(field, text, "the range's step must be >= 1");
  return range;
}

Interval parse_interval(const ParameterDeclaration& declaration, std::string_view text, const Field& field) {
  const std::size_t dots = text.find("..");
  const auto bound = [&](std::string_view part) {
    return std::get<double>(parse_value(declaration, part, field));
  };
  const Interval interval{bound(text.substr(0, dots)), bound(text.substr(dots + 2))};
  refuse_reversed(interval.last < interval.first, text, field);
  return interval;
}

AxisItem parse_range(const ParameterDeclaration& declaration, std::string_view text, const Field& field,
                     RealRanges ranges) {
  if (declaration.kind == Kind::integer) return parse_integer_range(declaration, text, field);
  if (declaration.kind == Kind::real && ranges == RealRanges::intervals)
    return parse_interval(declaration, text, field);
  refuse(field, text, "a..b is for integers; a real axis is spaced by lin(a, b, n) or log(a, b, n)");
}

std::variant<std::int64_t, double> parse_end(const ParameterDeclaration& declaration, std::string_view text,
                                             const Field& field) {
  const Value value = parse_value(declaration, text, field);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  return std::get<double>(value);
}

long double number(const std::variant<std::int64_t, double>& end) {
  return std::visit([](auto value) { return static_cast<long double>(value); }, end);
}

void check_spacing(const Spacing& spacing, std::int64_t count, std::string_view text, const Field& field) {
  const long double first = number(spacing.first), last = number(spacing.last);
  if (count < 1) refuse(field, text, "the number of values n must be >= 1");
  if (spacing.logarithmic && first <= 0)
    refuse(field, text, "log(a, b, n) needs a > 0: it cannot pass through 0");
  refuse_reversed(last < first, text, field);
  if (!spacing.rounded && count > 1 && first == last) refuse(field, text, "needs a < b when n > 1");
}

Spacing parse_spacing(const ParameterDeclaration& declaration, std::string_view text, const Field& field) {
  const std::size_t open = text.find('(');
  const std::string_view function = trimmed(text.substr(0, open));
  if (!declaration.file_choice.empty())
    refuse(field, text,
           fmt::format("the only function here is {0}(FILE), where FILE names a file of rows of numbers",
                       declaration.file_choice));
  if (function != "lin" && function != "log")
    refuse(field, text, "the only functions are lin(a, b, n) and log(a, b, n)");
  if (declaration.kind != Kind::integer && declaration.kind != Kind::real)
    refuse(field, text,
           "lin and log are for integers and real numbers; must be " + constraint_text(declaration));
  if (text.back() != ')') refuse(field, text, "must end in ')'");
  const auto arguments = split_list(text.substr(open + 1, text.size() - open - 2), ',', field);
  if (arguments.size() != 3)
    refuse(field, text, fmt::format("{0} takes three arguments: {0}(a, b, n)", function));
  Spacing spacing;
  spacing.logarithmic = function == "log";
  spacing.rounded = declaration.kind == Kind::integer;
  spacing.first = parse_end(declaration, arguments[0], field);
  spacing.last = parse_end(declaration, arguments[1], field);
  const std::int64_t count = parse_integer(arguments[2], field);
  check_spacing(spacing, count, text, field);
  spacing.count = static_cast<std::uint64_t>(count);
  return spacing;
}

// The decimal of 15 significant digits that is nearest to value.
double to_15_digits(long double exact) {
  const double value = static_cast<double>(exact);
  std::array<char, 32> buffer;
  const auto text =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific, 14);
  double rounded = value;
  std::from_chars(buffer.data(), text.ptr, rounded);
  return rounded == 0 ? 0.0 : rounded;
}

Value spaced_value(const Spacing& spacing, std::uint64_t index) {
  const auto end = [](const auto& value) { return std::visit([](auto x) -> Value { return x; }, value); };
  if (index == 0) return end(spacing.first);
  if (index + 1 == spacing.count) return end(spacing.last);
  const long double first = number(spacing.first), last = number(spacing.last);
  const long double share = static_cast<long double>(index) / static_cast<long double>(spacing.count - 1);
  const long double value = spacing.logarithmic
                                ? std::exp((1 - share) * std::log(first) + share * std::log(last))
                                : (1 - share) * first + share * last;
  if (spacing.rounded) return static_cast<std::int64_t>(std::llround(std::clamp(value, first, last)));
  return to_15_digits(value);
}

struct Expansion {
  std::vector<Value>& values;

  void operator()(const Value& value) const { values.push_back(value); }
  void operator()(const Interval&) const {}
  void operator()(const IntegerRange& range) const {
    for (std::uint64_t i = 0, n = count(range); i < n; ++i)
      values.emplace_back(range.first + static_cast<std::int64_t>(i) * range.step);
  }
  void operator()(const Spacing& spacing) const {
    for (std::uint64_t i = 0; i < spacing.count; ++i) values.push_back(spaced_value(spacing, i));
  }
};

struct Count {
  std::uint64_t operator()(const Value&) const { return 1; }
  std::uint64_t operator()(const Interval&) const { return 0; }
  std::uint64_t operator()(const IntegerRange& range) const { return count(range); }
  std::uint64_t operator()(const Spacing& spacing) const { return spacing.count; }
};

struct DistinctCount : Count {
  using Count::operator();
  std::uint64_t operator()(const Spacing& spacing) const {
    if (!spacing.rounded) return spacing.count;
    return std::min(spacing.count, count(IntegerRange{std::get<std::int64_t>(spacing.first),
                                                      std::get<std::int64_t>(spacing.last), 1}));
  }
};

template <class Counter>
std::uint64_t sum(std::span<const AxisItem> items, Counter counter) {
  std::uint64_t total = 0;
  for (const AxisItem& item : items)
    if (__builtin_add_overflow(total, std::visit(counter, item), &total)) return most;
  return total;
}

}  // namespace

AxisItem parse_axis_item(const ParameterDeclaration& declaration, std::string_view text, const Field& field,
                         RealRanges ranges) {
  if (text.find('(') != std::string_view::npos) return parse_spacing(declaration, text, field);
  const bool numeric = declaration.kind == Kind::integer || declaration.kind == Kind::real;
  if (numeric && text.find("..") != std::string_view::npos)
    return parse_range(declaration, text, field, ranges);
  return parse_value(declaration, text, field);
}

std::vector<AxisItem> parse_axis(const ParameterDeclaration& declaration, std::string_view text,
                                 const Field& field, std::size_t limit) {
  if (declaration.kind == Kind::real_list)
    refuse(field, text,
           "is a list and cannot be an axis; it belongs in section [" + declaration.section + "]");
  if (text.empty()) refuse(field, text, "the axis must have at least one value");
  const auto texts = split_list(text, ',', field);
  if (texts.size() > limit) refuse(field, text, fmt::format("an axis lists at most {} values", limit));
  std::vector<AxisItem> items;
  items.reserve(texts.size());
  for (const std::string_view item : texts) items.push_back(parse_axis_item(declaration, item, field));
  return items;
}

std::uint64_t count_values(std::span<const AxisItem> items) {
  return sum(items, Count{});
}

std::uint64_t count_distinct(std::span<const AxisItem> items) {
  return sum(items, DistinctCount{});
}

std::vector<Value> expand(std::span<const AxisItem> items) {
  std::vector<Value> values;
  values.reserve(count_values(items));
  for (const AxisItem& item : items) std::visit(Expansion{values}, item);
  return values;
}

bool contains(const Spacing& spacing, const Value& value) {
  const auto* integer = std::get_if<std::int64_t>(&value);
  const auto* real = std::get_if<double>(&value);
  if (!integer && !real) return false;
  const long double first = number(spacing.first), last = number(spacing.last);
  const long double sought = integer ? static_cast<long double>(*integer) : static_cast<long double>(*real);
  if (sought < first || sought > last) return false;
  if (first == last) return true;
  const long double share = spacing.logarithmic ? std::log(sought / first) / std::log(last / first)
                                                : (sought - first) / (last - first);
  const auto place =
      static_cast<std::uint64_t>(std::llround(share * static_cast<long double>(spacing.count - 1)));
  for (std::uint64_t index = place > 0 ? place - 1 : 0; index < spacing.count && index <= place + 1; ++index)
    if (spaced_value(spacing, index) == value) return true;
  return false;
}

bool has_rounded_item(std::span<const AxisItem> items) {
  return std::any_of(items.begin(), items.end(), [](const AxisItem& item) {
    const auto* spacing = std::get_if<Spacing>(&item);
    return spacing && spacing->rounded;
  });
}

std::vector<AxisForm> axis_forms() {
  return {
      {"v1, v2, ...", "all but real-list",
       "the listed values, in this order; items of all forms may be mixed", "2, 8, 32"},
      {"a..b", "integer", "a, a + 1, ..., b", "2..16"},
      {"a..b:s", "integer", "a, a + s, ... up to b", "2..16:2"},
      {"lin(a, b, n)", "integer, real",
       "n equally spaced values from a to b; rounded and made unique for integers", "lin(3, 10, 4)"},
      {"log(a, b, n)", "integer, real",
       "n values from a > 0 to b in equal ratios; rounded and made unique for integers", "log(10, 10000, 7)"},
      {"a0:b0", "pair", "two real numbers", "0.1:0.1"},
  };
}

}  // namespace flowsweep::sweep

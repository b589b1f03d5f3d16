#include "sweep/parameter.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>

namespace flowsweep::sweep {
namespace {

std::string to_text(double value) {
  std::array<char, 32> buffer;
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), result.ptr};
}

std::string to_text(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) {
    if (!text.empty()) text += ", ";
    text += to_text(value);
  }
  return text;
}

struct ValueText {
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const Pair& value) const {
    return to_text(value.first) + ":" + to_text(value.second);
  }
  std::string operator()(double value) const { return to_text(value); }
  std::string operator()(const std::vector<double>& value) const { return to_text(value); }
};

std::string_view noun(Kind kind) {
  constexpr std::array<std::string_view, 6> nouns = {
      "an integer",   "a real number", "a name", "two real numbers FIRST:SECOND", "a list of real numbers",
      "true or false"};
  return nouns[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string_view name(Kind kind) {
  constexpr std::array<std::string_view, 6> names = {"integer", "real", "name", "pair", "real-list", "flag"};
  return names[static_cast<std::size_t>(kind)];
}

std::string to_text(const Value& value) {
  return std::visit(ValueText{}, value);
}

bool contains(const Bounds& bounds, double value) {
  const bool above = bounds.lowest_excluded ? value > bounds.lowest : value >= bounds.lowest;
  const bool below = bounds.highest_excluded ? value < bounds.highest : value <= bounds.highest;
  return above && below;
}

std::string to_text(const Bounds& bounds, std::string_view key) {
  const bool below = bounds.lowest > Bounds{}.lowest;
  const bool above = bounds.highest < Bounds{}.highest;
  const std::string_view from = bounds.lowest_excluded ? "<" : "<=";
  const std::string_view to = bounds.highest_excluded ? "<" : "<=";
  if (below && above)
    return fmt::format("{} {} {} {} {}", to_text(bounds.lowest), from, key, to, to_text(bounds.highest));
  if (below) return fmt::format("{} {} {}", key, bounds.lowest_excluded ? ">" : ">=", to_text(bounds.lowest));
  if (above) return fmt::format("{} {} {}", key, to, to_text(bounds.highest));
  return "";
}

std::string constraint_text(const ParameterDeclaration& declaration) {
  if (declaration.kind == Kind::name) return fmt::format("one of {}", fmt::join(declaration.choices, ", "));
  std::string subject = declaration.key;
  if (declaration.kind == Kind::pair) subject = "each half of " + subject;
  if (declaration.kind == Kind::real_list) subject = "each of " + subject;
  const std::string inequality = to_text(declaration.bounds, subject);
  return std::string(noun(declaration.kind)) + (inequality.empty() ? "" : ", " + inequality);
}

}  // namespace flowsweep::sweep

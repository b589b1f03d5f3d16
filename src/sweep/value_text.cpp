#include "sweep/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "sweep/nearest.hpp"

namespace flowsweep::sweep {
namespace {

constexpr std::size_t longest_list = 10'000;  // every point of a grid refers to the whole list
constexpr double largest_exact_integer = 9007199254740992.0;  // 2^53

double bounded_real(const ParameterDeclaration& declaration, std::string_view text, const Field& field) {
  const double value = parse_real(text, field);
  if (!contains(declaration.bounds, value)) refuse(field, text, "must be " + constraint_text(declaration));
  return value;
}

Value parse_name(const ParameterDeclaration& declaration, std::string_view text, const Field& field) {
  const auto& choices = declaration.choices;
  if (std::find(choices.begin(), choices.end(), text) == choices.end())
    refuse(field, text,
           "must be " + constraint_text(declaration) + nearest_hint(text, choices, "the nearest is"));
  return std::string(text);
}

Value parse_pair(const ParameterDeclaration& declaration, std::string_view text, const Field& field) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) refuse(field, text, "must be " + constraint_text(declaration));
  const auto half = [&](std::string_view part) { return bounded_real(declaration, trimmed(part), field); };
  return Pair{half(text.substr(0, colon)), half(text.substr(colon + 1))};
}

Value parse_list(const ParameterDeclaration& declaration, std::string_view text, const Field& field) {
  const auto items = split_list(text, ',', field);
  if (items.size() > longest_list)
    refuse(field, text, fmt::format("a list has at most {} numbers", longest_list));
  std::vector<double> values;
  values.reserve(items.size());
  for (const std::string_view item : items) values.push_back(bounded_real(declaration, item, field));
  return values;
}

Value parse_flag(std::string_view text, const Field& field) {
  if (text == "true" || text == "1") return std::int64_t{1};
  if (text == "false" || text == "0") return std::int64_t{0};
  refuse(field, text, "must be true or false");
}

Value parse_bounded_integer(const ParameterDeclaration& declaration, std::string_view text,
                            const Field& field) {
  const std::int64_t value = parse_integer(text, field);
  if (!contains(declaration.bounds, static_cast<double>(value)))
    refuse(field, text, "must be " + constraint_text(declaration));
  return value;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> split_list(std::string_view text, char separator, const Field& field) {
  std::vector<std::string_view> items;
  std::size_t start = 0;
  int depth = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && text[at] == '(') ++depth;
    if (at < text.size() && text[at] == ')') --depth;
    if (depth < 0 || (at == text.size() && depth != 0)) refuse(field, text, "parentheses must be balanced");
    if (at < text.size() && (text[at] != separator || depth > 0)) continue;
    items.push_back(trimmed(text.substr(start, at - start)));
    if (items.back().empty()) refuse(field, text, "must have no empty item");
    start = at + 1;
  }
  return items;
}

double parse_real(std::string_view text, const Field& field) {
  double value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error == std::errc::result_out_of_range)
    refuse(field, text, "must be within the range of double precision");
  if (error != std::errc() || end != last) refuse(field, text, "must be a real number");
  if (!std::isfinite(value)) refuse(field, text, "must be finite");
  return value == 0 ? 0.0 : value;
}

std::int64_t parse_integer(std::string_view text, const Field& field) {
  const bool only_number_characters = text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
  if (only_number_characters && text.find_first_of("eE") != std::string_view::npos) {
    const double value = parse_real(text, field);
    if (value != std::trunc(value) || std::abs(value) > largest_exact_integer)
      refuse(field, text, "must be an integer");
    return static_cast<std::int64_t>(value);
  }
  std::int64_t value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error == std::errc::result_out_of_range) refuse(field, text, "must be an integer that fits 64 bits");
  if (error != std::errc() || end != last) refuse(field, text, "must be an integer");
  return value;
}

Value parse_value(const ParameterDeclaration& declaration, std::string_view text, const Field& field) {
  text = trimmed(text);
  if (text.empty()) refuse(field, text, "must be " + constraint_text(declaration));
  switch (declaration.kind) {
    case Kind::integer:
      return parse_bounded_integer(declaration, text, field);
    case Kind::real:
      return bounded_real(declaration, text, field);
    case Kind::name:
      return parse_name(declaration, text, field);
    case Kind::pair:
      return parse_pair(declaration, text, field);
    case Kind::real_list:
      return parse_list(declaration, text, field);
    case Kind::flag:
      return parse_flag(text, field);
  }
  return {};
}

Value default_value(const ParameterDeclaration& declaration) {
  if (declaration.default_text.empty()) return {};
  Field field;
  field.name = declaration.key;
  return parse_value(declaration, declaration.default_text, field);
}

}  // namespace flowsweep::sweep

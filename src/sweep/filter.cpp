#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sweep/grid.hpp"
#include "sweep/specification.hpp"
#include "sweep/value_set.hpp"
#include "sweep/value_text.hpp"

namespace flowsweep::sweep {
namespace {

// Which entries of a parameter's table a condition keeps.
struct Condition {
  std::size_t parameter = 0;
  std::vector<bool> keeps;
  bool keeps_default = false;  ///< also of the points that do not use the parameter but imply its default
};

bool implies(const Grid& grid, std::size_t row, std::size_t parameter) {
  const Point point = grid.point(row);
  return grid.vocabulary()->implies(point.values(), parameter);
}

// Whether the condition keeps a row.
bool keeps(const Condition& condition, const Grid& grid, std::size_t row) {
  const std::uint32_t entry = grid.entry(row, condition.parameter);
  return entry > 0 ? condition.keeps[entry]
                   : condition.keeps_default && implies(grid, row, condition.parameter);
}

bool any_implies(const Grid& grid, std::size_t parameter) {
  for (std::size_t row = 0; row < grid.size(); ++row)
    if (grid.entry(row, parameter) == 0 && implies(grid, row, parameter)) return true;
  return false;
}

// Whether the parameter's default is among the values, and is what some point implies.
bool admits_implied(const Grid& grid, std::size_t parameter, const ValueSet& admitted) {
  const Value implied = default_value(grid.vocabulary()->parameters[parameter]);
  return grid.vocabulary()->implies && admitted.contains(implied) && any_implies(grid, parameter);
}

std::string present_values(std::span<const Value> table) {
  constexpr std::size_t most_shown = 10;
  if (table.size() < 2) return "no point uses it";
  std::vector<std::string> texts;
  for (const Value& value : table.subspan(1, std::min(most_shown, table.size() - 1)))
    texts.push_back(to_text(value));
  if (table.size() - 1 > most_shown) texts.push_back(fmt::format("... ({} values)", table.size() - 1));
  return fmt::format("present are {}", fmt::join(texts, ", "));
}

Condition parse_condition(const Grid& grid, const std::string& text) {
  const Field where{{"command line", 0}, "--where"};
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) refuse(where, text, "must be AXIS=VALUES");
  const std::string key(trimmed(std::string_view(text).substr(0, equals)));
  const std::string_view values = trimmed(std::string_view(text).substr(equals + 1));
  const Field field{where.where, "--where " + key};
  const std::size_t parameter = known_parameter(*grid.vocabulary(), key, field, values);
  const ParameterDeclaration& declaration = grid.vocabulary()->parameters[parameter];
  const auto table = grid.table(parameter);
  Condition condition{parameter, std::vector<bool>(table.size(), false)};
  if (values.empty()) refuse(field, values, "must have at least one value");
  for (const std::string_view item : split_list(values, ',', field)) {
    const ValueSet admitted(declaration, item, field);
    bool present = false;
    for (std::size_t entry = 1; entry < table.size(); ++entry)
      if (admitted.contains(table[entry])) condition.keeps[entry] = present = true;
    if (admits_implied(grid, parameter, admitted)) condition.keeps_default = present = true;
    if (!present) refuse(field, item, "no point has this value; " + present_values(table));
  }
  return condition;
}

}  // namespace

std::vector<std::size_t> filter_rows(const Grid& grid, std::span<const std::string> conditions) {
  std::vector<Condition> parsed;
  for (const std::string& text : conditions) parsed.push_back(parse_condition(grid, text));
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < grid.size(); ++row)
    if (std::all_of(parsed.begin(), parsed.end(), [&](const Condition& c) { return keeps(c, grid, row); }))
      rows.push_back(row);
  return rows;
}

}  // namespace flowsweep::sweep

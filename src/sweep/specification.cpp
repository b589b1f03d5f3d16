#include "sweep/specification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "sweep/grid_draft.hpp"
#include "sweep/nearest.hpp"
#include "sweep/value_hash.hpp"
#include "sweep/value_text.hpp"

namespace flowsweep::sweep {
namespace {

Value parse_single(const ParameterDeclaration& declaration, const Entry& entry) {
  const bool list = declaration.kind != Kind::real_list && entry.value.find(',') != std::string::npos;
  if (list) refuse(entry.field, entry.value, "one value is expected here; list values of an axis in [axes]");
  return parse_value(declaration, entry.value, entry.field);
}

// Single values and defaults, which hold for every grid that has no axis of the parameter.
std::vector<Column> single_values(const Document& document, const Vocabulary& vocabulary) {
  std::vector<Column> columns;
  for (const ParameterDeclaration& declaration : vocabulary.parameters) {
    Column& column = columns.emplace_back();
    const bool single = declaration.section != "axes";
    const Section* section = single ? document.find(declaration.section) : nullptr;
    if (const Entry* entry = section ? section->find(declaration.key) : nullptr) {
      column = {entry->field, {parse_single(declaration, *entry)}, true};
      continue;
    }
    column.field = without_line(document.file, qualified(declaration.section, declaration.key));
    if (!declaration.default_text.empty())
      column.values = {parse_value(declaration, declaration.default_text, column.field)};
  }
  return columns;
}

std::vector<Value> distinct(std::vector<Value> values, bool drop_silently, const Field& field) {
  std::unordered_set<Value, ValueHash> seen;
  std::vector<Value> kept;
  for (Value& value : values) {
    if (seen.insert(value).second)
      kept.push_back(std::move(value));
    else if (!drop_silently)
      refuse(field, to_text(value), "the axis must not hold a value twice");
  }
  return kept;
}

GridSpecification specify(const GridDraft& draft, const std::vector<Column>& singles) {
  GridSpecification grid{draft.field, singles, {}, draft.exclusions};
  for (const auto& [parameter, items] : draft.axes) {
    const auto* zip = draft.zip_of(parameter);
    Column& column = grid.columns[parameter];
    column = {draft.fields.at(parameter), expand(items), true};
    if (!zip) column.values = distinct(std::move(column.values), has_rounded_item(items), column.field);
    if (!zip) grid.groups.push_back({{parameter}, column.values.size()});
    if (zip && zip->front() == parameter) grid.groups.push_back({*zip, column.values.size()});
  }
  return grid;
}

// Every point's id is a hash over the whole list.
void check_lists(const std::vector<Column>& singles, std::uint64_t combinations, const Limits& limits) {
  for (const Column& column : singles) {
    const auto* list = column.values.empty() ? nullptr : std::get_if<std::vector<double>>(&column.values[0]);
    if (list && !list->empty() && combinations > limits.list_entries / list->size())
      refuse(column.field, fmt::format("{} numbers for {} combinations", list->size(), combinations),
             fmt::format("at most {} numbers are allowed in all", limits.list_entries));
  }
}

// A required parameter is missed where the reader would look for it.
void place_missing(GridSpecification& grid, const Vocabulary& vocabulary) {
  for (std::size_t i = 0; i < grid.columns.size(); ++i)
    if (grid.columns[i].values.empty() && vocabulary.parameters[i].section == "axes")
      grid.columns[i].field = {grid.field.where, qualified(grid.field.name, vocabulary.parameters[i].key)};
}

[[noreturn]] void refuse_axes_beside(const Section& grid, const SourceLocation& axes) {
  const std::string place =
      axes.line > 0
          ? fmt::format("[axes] stands in line {}", axes.line)
          : fmt::format("[axes] comes from the {}; name the grid instead: {}.KEY", axes.file, grid.name);
  refuse({grid.heading.where, "section"}, "[" + grid.name + "]",
         "a file has either [axes] or several [grid.NAME]; " + place);
}

std::vector<GridDraft> draft_grids(const Document& document, const Vocabulary& vocabulary,
                                   const Limits& limits) {
  std::vector<GridDraft> drafts;
  const Section* axes = document.find("axes");
  for (const Section& section : document.sections) {
    const bool grid = section_kind(section.name) == "grid";
    if (grid && axes) refuse_axes_beside(section, axes->heading.where);
    if (grid || &section == axes) drafts.push_back(draft_grid(section, document, vocabulary, limits));
  }
  if (drafts.empty())
    drafts.push_back(
        draft_grid(Section{"axes", without_line(document.file, "axes"), {}}, document, vocabulary, limits));
  return drafts;
}

}  // namespace

std::size_t parameter_index(const Vocabulary& vocabulary, std::string_view key) {
  const auto& parameters = vocabulary.parameters;
  const auto found =
      std::find_if(parameters.begin(), parameters.end(), [&](const auto& p) { return p.key == key; });
  return static_cast<std::size_t>(found - parameters.begin());
}

std::size_t known_parameter(const Vocabulary& vocabulary, std::string_view key, const Field& field,
                            std::string_view value) {
  const std::size_t index = parameter_index(vocabulary, key);
  if (index < vocabulary.parameters.size()) return index;
  std::vector<std::string> keys;
  for (const ParameterDeclaration& declaration : vocabulary.parameters) keys.push_back(declaration.key);
  refuse(field, value,
         fmt::format("unknown axis '{}'{}", shortened(key),
                     nearest_hint(key, keys, "the nearest known axis is")));
}

std::vector<GridSpecification> specify_grids(const Document& document, const Vocabulary& vocabulary,
                                             const Limits& limits) {
  const std::vector<Column> singles = single_values(document, vocabulary);
  const std::vector<GridDraft> drafts = draft_grids(document, vocabulary, limits);
  check_lists(singles, check_size(drafts, limits), limits);
  std::vector<GridSpecification> grids;
  for (const GridDraft& draft : drafts) {
    grids.push_back(specify(draft, singles));
    place_missing(grids.back(), vocabulary);
  }
  return grids;
}

}  // namespace flowsweep::sweep

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "sweep/grid.hpp"
#include "sweep/grid_builder.hpp"
#include "sweep/ineffective.hpp"
#include "sweep/ini.hpp"
#include "sweep/nearest.hpp"
#include "sweep/point_list.hpp"
#include "sweep/specification.hpp"
#include "sweep/table.hpp"
#include "sweep/value_text.hpp"

namespace flowsweep::sweep {
namespace {

std::string read_name(const Section& top, const std::string& file) {
  const Entry* entry = top.find("name");
  if (!entry) refuse(without_line(file, "name"), "", "must be given at the top of the file");
  if (entry->value.empty()) refuse(entry->field, "", "must not be empty");
  return entry->value;
}

std::vector<std::string> read_theorems(const Section& top, const Vocabulary& vocabulary) {
  std::vector<std::string> theorems;
  const Entry* entry = top.find("theorems");
  if (!entry) return theorems;
  const auto& known = vocabulary.theorems;
  for (const std::string_view theorem : split_list(entry->value, ',', entry->field)) {
    if (std::find(known.begin(), known.end(), theorem) == known.end())
      refuse(entry->field, theorem,
             "unknown theorem" +
                 nearest_hint(theorem, known, "the nearest known one is", "`flowsweep theorems` lists them"));
    if (std::find(theorems.begin(), theorems.end(), theorem) != theorems.end())
      refuse(entry->field, theorem, "must not be listed twice");
    theorems.emplace_back(theorem);
  }
  return theorems;
}

double read_time_limit(const Section& top) {
  const Entry* entry = top.find("time_limit");
  if (!entry) return 0;
  const double seconds = parse_real(entry->value, entry->field);
  if (seconds < 0) refuse(entry->field, entry->value, "must be time_limit >= 0");
  return seconds;
}

std::string with_directives(std::string text, std::span<const std::string> overrides) {
  if (!overrides.empty() && !text.empty() && !text.ends_with('\n')) text += '\n';
  for (const std::string& override_text : overrides) text += "#! set " + override_text + "\n";
  return text;
}

Shard read_shard(const Section& top) {
  const Entry* entry = top.find("shard");
  return entry ? parse_shard(entry->value, entry->field) : Shard{};
}

std::vector<Exclusion> exclusions_of(std::span<const GridSpecification> specifications,
                                     std::span<const Effect> effects) {
  std::vector<Exclusion> exclusions;
  for (std::size_t grid = 0; grid < specifications.size(); ++grid)
    for (std::size_t c = 0; c < specifications[grid].exclusions.size(); ++c) {
      const auto& [field, text, conditions] = specifications[grid].exclusions[c];
      exclusions.push_back({place_of(field), text, effects[grid].clauses[c]});
    }
  return exclusions;
}

void expand_grids(Sweep& sweep, const Document& document, std::shared_ptr<const Vocabulary> vocabulary,
                  const Limits& limits) {
  const auto specifications = specify_grids(document, *vocabulary, limits);
  GridBuilder builder(std::move(vocabulary));
  std::vector<Effect> effects;
  for (const GridSpecification& specification : specifications) effects.push_back(builder.add(specification));
  sweep.grid = std::move(builder).finish();
  if (sweep.grid.size() == 0)
    refuse(
        specifications.back().field, "0 points",
        fmt::format("a sweep must have at least one point; `exclude` dropped all {}", sweep.grid.excluded));
  sweep.exclusions = exclusions_of(specifications, effects);
  sweep.warnings = ineffective_keys(specifications, effects);
  if (!sweep.shard.whole()) sweep.grid = points_of_shard(sweep.grid, sweep.shard);
}

}  // namespace

Sweep parse_sweep(const std::string& text, const std::string& file_name,
                  std::span<const std::string> overrides, std::shared_ptr<const Vocabulary> vocabulary,
                  const Limits& limits) {
  Document document =
      read_document(without_tables(text), file_name, overrides, section_keys(*vocabulary), limits);
  for (const Table& table : tables_in(text, file_name)) {
    document.tables[table.name] = table.hash();
    if (vocabulary->load_table) vocabulary->load_table(table);
  }
  const Section& top = document.sections.front();
  Sweep sweep;
  sweep.name = read_name(top, file_name);
  sweep.theorems = read_theorems(top, *vocabulary);
  sweep.time_limit = read_time_limit(top);
  sweep.text = with_directives(text, overrides);
  sweep.shard = read_shard(top);
  expand_grids(sweep, document, std::move(vocabulary), limits);
  return sweep;
}

Sweep read_sweep(const std::string& path, std::span<const std::string> overrides,
                 std::shared_ptr<const Vocabulary> vocabulary, const Limits& limits,
                 const TableReader& tables) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw InputError(path, "the sweep file must exist");
  if (std::filesystem::is_directory(status)) throw InputError(path, "is a directory; a sweep file is needed");
  // A pipe would be waited for.
  if (!std::filesystem::is_regular_file(status))
    throw InputError(path, "is not a regular file; a sweep file is needed");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InputError(path, std::string("cannot be read: ") + std::strerror(errno));
  std::string text(limits.text_bytes + 1, '\0');  // one more byte than allowed tells a file that is too long
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) throw InputError(path, std::string("cannot be read: ") + std::strerror(errno));
  text = with_tables(std::move(text), path, overrides, *vocabulary, limits, tables);
  return parse_sweep(text, path, overrides, std::move(vocabulary), limits);
}

}  // namespace flowsweep::sweep

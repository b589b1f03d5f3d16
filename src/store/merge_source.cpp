#include "store/merge_source.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/host.hpp"
#include "core/provenance.hpp"
#include "store/digest.hpp"

namespace flowsweep::store {
namespace {

template <class Items>
bool holds(const Items& items, const std::string& name) {
  return std::ranges::find(items, name, [](const auto& item) { return item.name; }) != items.end();
}

void check_theorems(const MergeSource& source, const Schema& known) {
  for (const TheoremColumns& theorem : source.reader.schema().theorems)
    if (!holds(known.theorems, theorem.name))
      throw InputError(source.path,
                       "holds verdicts of " + theorem.name + ", a theorem that this program does not know");
}

template <class Items>
Items held_by_any(const Items& known, const std::vector<MergeSource>& sources, Items Schema::*list) {
  Items held;
  for (const auto& item : known)
    if (std::ranges::any_of(sources, [&](const MergeSource& source) {
          return holds(source.reader.schema().*list, item.name);
        }))
      held.push_back(item);
  return held;
}

std::vector<record::Quantity> unknown_observables(const std::vector<MergeSource>& sources,
                                                  const Schema& known) {
  std::vector<record::Quantity> unknown;
  for (const MergeSource& source : sources)
    for (const record::Quantity& observable : source.reader.schema().observables)
      if (!holds(known.observables, observable.name) && !holds(unknown, observable.name))
        unknown.push_back(observable);
  std::ranges::sort(unknown, {}, &record::Quantity::name);
  return unknown;
}

std::string agreed(const std::vector<MergeSource>& sources, std::string Metadata::*text) {
  std::set<std::string> texts;
  for (const MergeSource& source : sources) texts.insert(source.reader.metadata().*text);
  return fmt::format("{}", fmt::join(texts, ", "));
}

// Rows of several instruction sets are of no single build: their bits are compared with none.
std::string commits(const std::vector<MergeSource>& sources) {
  if (!mixed_sets(sources)) return agreed(sources, &Metadata::git_commit);
  std::set<std::string> texts;
  for (const MergeSource& source : sources)
    texts.insert(source.reader.metadata().git_commit + " with " + std::string(name(source.instruction_set)));
  return fmt::format("{}", fmt::join(texts, ", "));
}

// Comments name the sweeps; no key is set, for no one file makes all the points.
std::string listed_sweep_texts(const std::vector<MergeSource>& sources) {
  std::string text = "# Merged from stores of different sweeps.\n";
  std::set<std::string> seen;
  for (const MergeSource& source : sources) {
    const std::string one = sweep::without_shard(source.reader.metadata().sweep_text);
    if (!seen.insert(one).second) continue;
    text += "#\n# " + source.path + ":\n";
    std::istringstream lines(one);
    for (std::string line; std::getline(lines, line);) text += "#   " + line + "\n";
  }
  return text;
}

std::string cell(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return std::iscntrl(c) != 0; }, '?');
  return text;
}

std::size_t committed(const std::vector<Reader::RowDigest>& rows) {
  return static_cast<std::size_t>(
      std::ranges::count(rows, Reader::RowState::committed, &Reader::RowDigest::state));
}

constexpr const char* source_header =
    "path\tcreated\tgit_commit\tinstruction_set\thosts\tpoints\tcommitted\tdigest\n";

// A source that was merged itself brings its own sources along.
std::string source_table(std::vector<MergeSource>& sources) {
  std::string table = source_header;
  std::string inherited;
  for (MergeSource& source : sources) {
    const Metadata& m = source.reader.metadata();
    table += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", cell(source.path), cell(m.created),
                         cell(m.git_commit), cell(m.instruction_set),
                         cell(fmt::format("{}", fmt::join(source.reader.hosts(), " "))), source.rows.size(),
                         committed(source.rows), to_hex(digest_of(source.rows)));
    if (const std::size_t end = m.merged_from.find('\n'); end != std::string::npos)
      inherited += m.merged_from.substr(end + 1);
  }
  return table + inherited;
}

}  // namespace

MergeSource open_merge_source(const std::string& path) {
  Reader reader(path);
  const Metadata& metadata = reader.metadata();
  if (metadata.kernel != kernel_version)
    throw InputError(path, fmt::format("was computed by kernel version {}; this program has kernel version "
                                       "{}, whose numbers differ: they cannot be merged",
                                       metadata.kernel, kernel_version));
  const InstructionSet set = parse_instruction_set(metadata.instruction_set);
  std::vector<Reader::RowDigest> rows = reader.row_digests();
  return {path, std::move(reader), set, std::move(rows), {}};
}

Schema united_schema(const std::vector<MergeSource>& sources, const Schema& known) {
  Schema schema;
  schema.records = 1;
  for (const MergeSource& source : sources) {
    check_theorems(source, known);
    schema.records = std::max(schema.records, source.reader.schema().records);
  }
  schema.theorems = held_by_any(known.theorems, sources, &Schema::theorems);
  schema.observables = held_by_any(known.observables, sources, &Schema::observables);
  const std::vector<record::Quantity> unknown = unknown_observables(sources, known);
  schema.observables.insert(schema.observables.end(), unknown.begin(), unknown.end());
  return schema;
}

InstructionSet lowest_set(const std::vector<MergeSource>& sources) {
  return std::ranges::min_element(sources, {}, &MergeSource::instruction_set)->instruction_set;
}

bool mixed_sets(const std::vector<MergeSource>& sources) {
  const InstructionSet lowest = lowest_set(sources);
  return std::ranges::any_of(sources,
                             [&](const MergeSource& source) { return source.instruction_set != lowest; });
}

std::string common_sweep_text(const std::vector<MergeSource>& sources) {
  const std::string first = sweep::without_shard(sources.front().reader.metadata().sweep_text);
  for (const MergeSource& source : sources)
    if (sweep::without_shard(source.reader.metadata().sweep_text) != first) return "";
  return first;
}

Metadata united_metadata(std::vector<MergeSource>& sources, const std::string& command_line) {
  const std::string text = common_sweep_text(sources);
  return {.sweep_name = agreed(sources, &Metadata::sweep_name),
          .sweep_text = text.empty() ? listed_sweep_texts(sources) : text,
          .command_line = command_line,
          .program_version = agreed(sources, &Metadata::program_version),
          .git_commit = commits(sources),
          .instruction_set = std::string(name(lowest_set(sources))),
          .kernel = kernel_version,
          .compiler = agreed(sources, &Metadata::compiler),
          .libraries = agreed(sources, &Metadata::libraries),
          .created = utc_now(),
          .merged_from = source_table(sources)};
}

}  // namespace flowsweep::store

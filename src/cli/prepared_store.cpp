#include "cli/prepared_store.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <unordered_set>

#include "cli/sweep_difference.hpp"
#include "core/counted.hpp"
#include "core/error.hpp"
#include "core/host.hpp"
#include "core/provenance.hpp"
#include "experiment/problem.hpp"
#include "experiment/run_point.hpp"
#include "sweep/specification.hpp"

namespace flowsweep::cli {
namespace {

namespace fs = std::filesystem;

store::Metadata metadata_of(const sweep::Sweep& sweep, const std::string& command_line) {
  const Provenance p = provenance();
  return {.sweep_name = sweep.name,
          .sweep_text = sweep.text,
          .command_line = command_line,
          .program_version = p.program_version,
          .git_commit = p.git_commit,
          .instruction_set = p.instruction_set,
          .kernel = p.kernel,
          .compiler = p.compiler,
          .libraries = p.libraries,
          .created = utc_now()};
}

// Trajectory rows of the longest record, start and end of listed times included.
int longest_record(const sweep::Grid& grid) {
  const sweep::Vocabulary& vocabulary = *grid.vocabulary();
  std::size_t longest = 2;
  for (const sweep::Value& value : grid.table(sweep::parameter_index(vocabulary, "records")))
    if (const auto* rows = std::get_if<std::int64_t>(&value)) longest = std::max<std::size_t>(longest, *rows);
  for (const sweep::Value& value : grid.table(sweep::parameter_index(vocabulary, "record_times")))
    if (const auto* times = std::get_if<std::vector<double>>(&value))
      longest = std::max(longest, times->size() + 2);
  return static_cast<int>(longest);
}

InstructionSet set_of_new_store(const StoreRequest& request) {
  if (!request.demanded) return request.lowest;
  if (*request.demanded > request.lowest)
    throw InputError({"command line", 0}, "--instruction-set", std::string(name(*request.demanded)),
                     offer_text(request.lowest));
  return *request.demanded;
}

InstructionSet set_of_stored(const store::Reader& reader, const StoreRequest& request) {
  const InstructionSet stored = parse_instruction_set(reader.metadata().instruction_set);
  if (request.demanded && *request.demanded != stored)
    throw InputError(request.path,
                     fmt::format("was computed with the instruction set {}; --instruction-set asks for {}",
                                 name(stored), name(*request.demanded)));
  if (stored > request.lowest)
    throw InputError(
        request.path,
        fmt::format("was computed with the instruction set {}; {}. Run it where {} is to be had, or give "
                    "another store",
                    name(stored), offer_text(request.lowest), name(stored)));
  return stored;
}

void check_kernel(const store::Reader& reader, const std::string& path) {
  if (reader.metadata().kernel != kernel_version)
    throw InputError(
        path, fmt::format("was computed by kernel version {}; this program has kernel version {}, whose "
                          "numbers differ: give another store",
                          reader.metadata().kernel, kernel_version));
}

std::vector<std::uint64_t> ids_of(const sweep::Grid& grid) {
  std::vector<std::uint64_t> ids(grid.size());
  for (std::size_t row = 0; row < ids.size(); ++row) ids[row] = grid.id(row);
  return ids;
}

// Finished points must still be in the sweep: a store is never made smaller.
void check_meaning(store::Reader& reader, const sweep::Sweep& sweep, const std::vector<std::uint64_t>& ids,
                   const std::string& path) {
  const std::unordered_set<std::uint64_t> present(ids.begin(), ids.end());
  const std::vector<record::Status> statuses = reader.statuses();
  std::size_t lost = 0;
  for (std::size_t row = 0; row < reader.size(); ++row)
    if (statuses[row] != record::Status::not_run && !present.contains(reader.ids()[row])) ++lost;
  if (lost == 0) return;
  const std::vector<std::string> lines =
      sweep_differences(reader.metadata().sweep_text, sweep.text, *sweep.grid.vocabulary());
  throw InputError(path, fmt::format("holds {} that the sweep does not have; nothing was changed. The "
                                     "sweeps differ in\n"
                                     "  {}",
                                     counted(lost, "finished point"), fmt::join(lines, "\n  ")));
}

bool fits(const store::Reader& reader, const std::vector<std::uint64_t>& ids, const Theorems& theorems) {
  const auto stored = [&](const theory::Theorem* theorem) { return stores(reader.schema(), *theorem); };
  return std::ranges::equal(reader.ids(), ids) && std::ranges::all_of(theorems, stored);
}

std::string lacking_names(const store::Schema& schema, const Theorems& theorems) {
  std::vector<std::string> lacking;
  for (const theory::Theorem* theorem : theorems)
    if (!stores(schema, *theorem)) lacking.push_back(theorem->name);
  return fmt::format("{}", fmt::join(lacking, ", "));
}

void enlarge(store::Reader& reader, const sweep::Sweep& sweep, const StoreRequest& request,
             PreparedStore& prepared) {
  store::Schema schema = schema_of(sweep.grid, prepared.theorems);
  schema.records = std::max(schema.records, reader.schema().records);
  const store::Metadata metadata = metadata_of(sweep, request.command_line);
  const std::string lacking = lacking_names(reader.schema(), prepared.theorems);
  const auto rejudge = [&](std::size_t row, record::RunRecord& run, std::span<const std::size_t> theorems) {
    judge_stored_run(prepared.theorems, sweep.grid.point(row), run, theorems);
  };
  const store::Extension extension = store::extend(request.path, schema, sweep.grid, metadata, rejudge);
  prepared.notes.push_back(fmt::format("extended the store from {} to {}; kept {}", reader.size(),
                                       counted(sweep.grid.size(), "point"),
                                       counted(extension.copied, "row")));
  if (!lacking.empty())
    prepared.notes.push_back(fmt::format("judged {} for {}; no flow was repeated",
                                         counted(extension.copied, "stored run"), lacking));
}

}  // namespace

void check_continues(store::Reader& reader, const sweep::Sweep& sweep, const std::string& path) {
  check_kernel(reader, path);
  check_meaning(reader, sweep, ids_of(sweep.grid), path);
}

namespace {

void adopt(const sweep::Sweep& sweep, const StoreRequest& request, PreparedStore& prepared) {
  store::Reader reader(request.path);
  check_kernel(reader, request.path);
  prepared.instruction_set = set_of_stored(reader, request);
  prepared.theorems = united(request.theorems, theorems_of(reader.schema(), request.path));
  const std::vector<std::uint64_t> ids = ids_of(sweep.grid);
  check_meaning(reader, sweep, ids, request.path);
  set_active_instruction_set(prepared.instruction_set);
  if (reader.metadata().git_commit != provenance().git_commit)
    prepared.notes.push_back(fmt::format("the store was begun by commit {}; this program is {}",
                                         reader.metadata().git_commit, provenance().git_commit));
  if (!fits(reader, ids, prepared.theorems)) enlarge(reader, sweep, request, prepared);
}

}  // namespace

store::Schema schema_of(const sweep::Grid& grid, const Theorems& theorems) {
  store::Schema schema;
  schema.observables = experiment::observables(grid);
  for (const theory::Theorem* theorem : theorems) schema.theorems.push_back(columns_of(*theorem));
  schema.records = longest_record(grid);
  schema.weight_counts.reserve(grid.size());
  for (std::size_t row = 0; row < grid.size(); ++row)
    schema.weight_counts.push_back(experiment::weight_count(grid.point(row)));
  return schema;
}

PreparedStore prepare_store(const sweep::Sweep& sweep, const StoreRequest& request) {
  PreparedStore prepared;
  if (fs::exists(fs::symlink_status(request.path))) {
    adopt(sweep, request, prepared);
    return prepared;
  }
  prepared.theorems = request.theorems;
  prepared.empty = true;
  prepared.instruction_set = set_of_new_store(request);
  set_active_instruction_set(prepared.instruction_set);
  store::create(request.path, schema_of(sweep.grid, prepared.theorems), sweep.grid,
                metadata_of(sweep, request.command_line));
  return prepared;
}

std::vector<std::size_t> open_rows(const std::string& path, PreparedStore& prepared,
                                   std::span<const std::size_t> rows, bool retry) {
  if (prepared.empty) return {rows.begin(), rows.end()};
  store::Reader reader(path);
  const std::vector<store::Reader::RowState> states = reader.row_states();
  const std::vector<record::Status> statuses = reader.statuses();
  std::vector<std::size_t> open;
  std::size_t damaged = 0;
  for (const std::size_t row : rows) {
    damaged += states[row] == store::Reader::RowState::damaged;
    if (states[row] != store::Reader::RowState::committed || (retry && record::repeatable(statuses[row])))
      open.push_back(row);
  }
  if (damaged > 0) prepared.notes.push_back(fmt::format("{} damaged rows are run again", damaged));
  if (open.size() < rows.size())
    prepared.notes.push_back(counted_rows(rows.size() - open.size(), rows.size()) + " already");
  return open;
}

}  // namespace flowsweep::cli

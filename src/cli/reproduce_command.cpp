#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/record_difference.hpp"
#include "cli/report.hpp"
#include "cli/stored_point.hpp"
#include "cli/stored_theorems.hpp"
#include "core/counted.hpp"
#include "core/hash.hpp"
#include "core/instruction_set.hpp"
#include "core/provenance.hpp"
#include "experiment/parameters.hpp"
#include "experiment/run_point.hpp"
#include "export/show.hpp"
#include "store/store.hpp"
#include "sweep/table.hpp"

namespace flowsweep::cli {
namespace {

record::RunRecord stored_run(store::Reader& reader, std::size_t row, const std::string& path) {
  const std::string point = "point " + to_hex(reader.ids()[row]);
  switch (reader.statuses()[row]) {
    case record::Status::not_run:
      throw InputError(path, point + " has no row");
    case record::Status::timed_out:
    case record::Status::set_aside:
      throw InputError(path, point + " timed out or was set aside: its row depends on the machine's load");
    default:
      return reader.read(row);
  }
}

ExitCode run(const Arguments& arguments) {
  const std::string path = arguments.text("STORE");
  store::Reader reader(path);
  sweep::load_tables(reader.metadata().sweep_text, path, *experiment::vocabulary());
  compute_as(reader.metadata(), path, active_instruction_set());
  const std::size_t row = exporting::row_of(reader, arguments.text("ID"));
  const record::RunRecord stored = stored_run(reader, row, path);
  const sweep::Point point =
      stored_point(reader.parameters(row, *experiment::vocabulary()), reader.ids()[row], path);
  const record::RunRecord again = experiment::run_point(point, theorems_of(reader.schema(), path));
  const std::vector<Difference> differences = record_differences(reader.schema(), stored, again);
  const std::string id = to_hex(reader.ids()[row]);
  if (differences.empty()) {
    fmt::print("{}: identical, bit for bit\n", id);
    return ExitCode::success;
  }
  constexpr std::size_t most_shown = 20;
  fmt::print("{}: {}\n", id, counted(differences.size(), "difference"));
  for (std::size_t k = 0; k < std::min(most_shown, differences.size()); ++k)
    fmt::print("  {}\n", to_text(differences[k]));
  if (reader.metadata().git_commit != provenance().git_commit)
    report("the store was made by commit {}; this program is {}\n", reader.metadata().git_commit,
           provenance().git_commit);
  return ExitCode::internal_error;
}

}  // namespace

const Command& reproduce_command() {
  static const Command command = {
      "reproduce",
      "Run one point of a store again and compare the bits.",
      "Runs the point alone, with the instruction set of the store, and compares status, counts, "
      "trajectory, finals, weights, measurements and verdicts bit for bit. Prints `identical`, or the first "
      "differences.\n"
      "Exit code 0: identical; 1: different; 2: no such point, or the store was computed by another kernel "
      "version or an instruction set that this machine does not have.",
      {{"STORE", "Store that holds the point."}, {"ID", "The point's id, or its first digits."}},
      {},
      run};
  return command;
}

}  // namespace flowsweep::cli

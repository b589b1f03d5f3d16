#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <span>

#include "cli/commands.hpp"
#include "cli/replicate.hpp"
#include "cli/report.hpp"
#include "cli/size_text.hpp"
#include "cli/stored_theorems.hpp"
#include "cli/writer_notice.hpp"
#include "core/counted.hpp"
#include "core/hash.hpp"
#include "experiment/parameters.hpp"
#include "experiment/problem.hpp"
#include "store/merge.hpp"
#include "store/point_text.hpp"

namespace flowsweep::cli {
namespace {

constexpr std::size_t most_listed = 10;

store::Schema known_schema() {
  store::Schema schema;
  schema.observables = experiment::all_observables();
  for (const theory::Theorem* theorem : theory::registry()) schema.theorems.push_back(columns_of(*theorem));
  return schema;
}

void report_size(const store::Merge& merge, std::size_t inputs, const std::string& output) {
  report("merging {} into one of {}: {} ({} free there)\n", counted(inputs, "store"),
         counted(merge.grid().size(), "point"), size_text(merge.bytes()), size_text(free_bytes(output)));
}

void report_counts(const store::MergeResult& result, const store::Merge& merge) {
  report("{}\n", counted_rows(result.committed, merge.grid().size()));
  const auto line = [](std::size_t count, const char* what) {
    if (count > 0) report("{} {}\n", count, what);
  };
  line(result.repeated, "rows stood in several stores with the same bits");
  line(result.replicates, "rows of another instruction set agree with the ones kept");
  line(result.beaten, "rows that failed, timed out or were set aside gave way to another run");
  line(result.damaged, "damaged rows were left out");
  line(result.judged, "stored runs were judged for theorems that their store did not hold");
}

void report_conflicts(const store::MergeResult& result, const std::vector<std::string>& inputs) {
  for (const store::Conflict& conflict :
       std::span(result.conflicts).first(std::min(most_listed, result.conflicts.size()))) {
    const std::span columns(conflict.columns);
    report("conflict: point {}: {} (kept) and {} differ in {}{}\n", to_hex(conflict.id),
           inputs[conflict.kept], inputs[conflict.other],
           fmt::join(columns.first(std::min<std::size_t>(3, columns.size())), ", "),
           columns.size() > 3 ? fmt::format(" and {} more", columns.size() - 3) : "");
  }
  if (result.conflicts.size() > most_listed) report("... {} conflicts in all\n", result.conflicts.size());
  for (const std::string& path : result.conflict_stores) report("what was not kept is in {}\n", path);
}

ExitCode run(const Arguments& arguments) {
  const std::vector<std::string>& inputs = arguments.list("STORE");
  const std::string output = arguments.text("output");
  notice_of_writer(output);
  const store::WriterLock lock(output);
  store::Merge merge(inputs, experiment::vocabulary(), known_schema());
  merge.check_target(output);
  const Theorems theorems = theorems_of(merge.schema(), output);
  report_size(merge, inputs.size(), output);
  if (merge.mixes_instruction_sets())
    report("the stores are of several instruction sets: `reproduce` repeats only the bits of {}\n",
           name(merge.lowest_instruction_set()));
  set_active_instruction_set(std::min(merge.lowest_instruction_set(), active_instruction_set()));
  const auto rejudge = [&](std::size_t point, record::RunRecord& run, std::span<const std::size_t> lacking) {
    judge_stored_run(theorems, merge.grid().point(point), run, lacking);
  };
  const auto disagreements = [&](const sweep::Point& point, const record::RunRecord& kept,
                                 const record::RunRecord& other) {
    return replicate_differences(merge.schema(), point, kept, other);
  };
  const store::MergeResult result = merge.write(output, arguments.command_line, rejudge, disagreements);
  report_counts(result, merge);
  report_conflicts(result, inputs);
  report("store {}\n  next: flowsweep status {}\n", output, store::quoted(output));
  return result.conflicts.empty() ? ExitCode::success : ExitCode::internal_error;
}

}  // namespace

const Command& merge_command() {
  static const Command command = {
      "merge",
      "Unite stores into a new one: shards of a sweep, or sweeps with points in common.",
      "The new store has the points of all stores once each, and their rows. Runs of one point with the same "
      "bits (timings and hosts aside) are one run. Finished runs of one point with different bits contradict "
      "one another: the first one is kept, the others go into OUT.conflicts-K.h5, K counting the stores "
      "given, and the exit code is 1. Runs computed with different instruction sets are compared by "
      "tolerance instead, and that of the lowest set is kept. A finished run comes before one that failed, "
      "timed out or was set aside, and any row before a missing or damaged one. Theorems that a store does "
      "not hold are judged on its stored runs. Stores of another kernel version are refused.\n"
      "The stores given are only read, also while a sweep writes them. The new one lists them in "
      "provenance/merged_from. `flowsweep run SWEEP -o OUT` goes on from it.\n"
      "Exit code 0; 1: conflicts, or internal error; 2: bad input, nothing was written.",
      {{"STORE", "Stores to unite.", true, true}},
      {{"output", 'o', "OUT", "New store.", false, true}},
      run};
  return command;
}

}  // namespace flowsweep::cli

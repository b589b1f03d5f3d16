#include <fmt/format.h>

#include <iostream>

#include "cli/commands.hpp"
#include "cli/report.hpp"
#include "core/counted.hpp"
#include "experiment/parameters.hpp"
#include "export/csv.hpp"
#include "store/store.hpp"

namespace flowsweep::cli {
namespace {

// By these names the program would replace what they stand for.
bool means_stdout(const std::string& path) {
  return path == "/dev/stdout" || path == "/dev/fd/1";
}

ExitCode run(const Arguments& arguments) {
  store::Reader reader(arguments.text("STORE"));
  const exporting::CsvOptions options{arguments.list("where"), arguments.names("theorem")};
  const auto vocabulary = experiment::vocabulary();
  const bool to_file = arguments.given("output") && !means_stdout(arguments.text("output"));
  const exporting::CsvSummary summary =
      to_file ? exporting::write_csv_file(reader, vocabulary, options, arguments.text("output"))
              : exporting::write_csv(reader, vocabulary, options, std::cout);
  std::cout.flush();
  report("{}, {} of them without a run, {} damaged\n", counted(summary.lines, "point"), summary.missing,
         summary.damaged);
  return summary.damaged > 0 ? ExitCode::bad_input : ExitCode::success;
}

}  // namespace

const Command& export_command() {
  static const Command command = {
      "export",
      "Write a store's points, final observables and verdicts as CSV.",
      "One line a point: id, every parameter under its sweep-file key (empty where the point does not use "
      "it), status, flow_time, evaluations, wall_seconds, every final observable, and NAME.verdict, "
      "NAME.margin, NAME.predicted, NAME.measured for each theorem. A parameter that has the name of an "
      "observable is called parameter.NAME: parameter.risk is the kind of risk, risk the observable. Reals "
      "have 17 significant digits; a number that the run does not have is nan; a point without a run has "
      "empty cells after its status.\n"
      "Exit code 0; 2: bad input, or damaged rows (written as not run).",
      {{"STORE", "Store to export."}},
      {{"output", 'o', "FILE.csv", "File to write or to replace, never a store; without it stdout."},
       {"where", 0, "AXIS=VALUES", "Only the points whose AXIS is among VALUES.", true},
       {"theorem", 0, "NAMES", "Only these theorems' columns, with commas between them.", true}},
      run};
  return command;
}

}  // namespace flowsweep::cli

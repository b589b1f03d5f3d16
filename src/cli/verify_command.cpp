#include <iostream>

#include "cli/commands.hpp"
#include "cli/stored_point.hpp"
#include "core/instruction_set.hpp"
#include "experiment/parameters.hpp"
#include "experiment/problem.hpp"
#include "store/store.hpp"
#include "sweep/table.hpp"
#include "verify/verify.hpp"

namespace flowsweep::cli {
namespace {

ExitCode run(const Arguments& arguments) {
  const std::string path = arguments.text("STORE");
  store::Reader reader(path);
  const bool remeasures = arguments.given("remeasure");
  if (remeasures) compute_as(reader.metadata(), path, active_instruction_set());
  sweep::load_tables(reader.metadata().sweep_text, path, *experiment::vocabulary());
  verify::Options options;
  options.where = arguments.list("where");
  options.theorems = arguments.names("theorem");
  options.store = path;
  options.json = arguments.given("json");
  options.coverage = arguments.given("coverage");
  if (remeasures) options.start_weights = experiment::start_weights;
  const ExitCode code = verify::verify(reader, experiment::vocabulary(), options, std::cout, std::cerr);
  std::cout.flush();
  return code;
}

}  // namespace

const Command& verify_command() {
  static const Command command = {
      "verify",
      "Judge every row of a store again and print the verdicts.",
      "Checks every row's checksum, judges the stored measurements again with the function that `run` "
      "judged them by, compares with the stored verdicts, and prints a table with the worst margin of each "
      "theorem and the points that violate one. With --remeasure the measurements themselves are made again "
      "from the stored final weights and trajectories, and compared; no flow is integrated again by either "
      "(`reproduce` does that). The first line says which of the two was done.\n"
      "Exit code 0: nothing violated; 1: something violated; 2: bad input, or damaged or disagreeing rows, "
      "or "
      "with --remeasure a store of another kernel version or of an instruction set that this machine does "
      "not "
      "have.",
      {{"STORE", "Store to verify."}},
      {{"where", 0, "AXIS=VALUES", "Only the points whose AXIS is among VALUES.", true},
       {"theorem", 0, "NAMES", "Only these theorems, with commas between them.", true},
       {"remeasure", 0, "", "Measure again on the stored runs instead of trusting the stored measurements."},
       {"coverage", 0, "",
        "Say also what the store covers: the hash of its grid, what the sweep file excludes, how the points "
        "ended, where each theorem comes closest to a violation, and the values of axes at none of whose "
        "points it holds, or is put to the test at all."},
       {"json", 0, "", "Print a JSON object."}},
      run};
  return command;
}

}  // namespace flowsweep::cli

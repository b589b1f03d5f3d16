#include <fmt/format.h>

#include <iostream>

#include "cli/commands.hpp"
#include "core/instruction_set.hpp"
#include "core/provenance.hpp"
#include "experiment/parameters.hpp"
#include "experiment/training.hpp"
#include "store/store.hpp"
#include "sweep/table.hpp"
#include "verify/verify.hpp"

namespace flowsweep::cli {
namespace {

// Measurements have the store's bits only with its kernel version and instruction set.
void measure_as(const store::Metadata& metadata, const std::string& path) {
  if (metadata.kernel != kernel_version)
    throw InputError(path,
                     fmt::format("was measured by kernel version {}; this program has kernel version {}",
                                 metadata.kernel, kernel_version));
  const InstructionSet stored = parse_instruction_set(metadata.instruction_set);
  if (stored > active_instruction_set())
    throw InputError(path, fmt::format("was measured with the instruction set {}; here there is at most {}",
                                       name(stored), name(active_instruction_set())));
  set_active_instruction_set(stored);
}

ExitCode run(const Arguments& arguments) {
  const std::string path = arguments.text("STORE");
  store::Reader reader(path);
  sweep::load_tables(reader.metadata().sweep_text, path, *experiment::vocabulary());
  verify::Options options;
  options.where = arguments.list("where");
  options.theorems = arguments.list("theorem");
  options.store = path;
  options.json = arguments.given("json");
  if (arguments.given("remeasure")) {
    measure_as(reader.metadata(), path);
    options.start_weights = experiment::start_weights;
  }
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
       {"theorem", 0, "NAME", "Only this theorem.", true},
       {"remeasure", 0, "", "Measure again on the stored runs instead of trusting the stored measurements."},
       {"json", 0, "", "Print a JSON object."}},
      run};
  return command;
}

}  // namespace flowsweep::cli

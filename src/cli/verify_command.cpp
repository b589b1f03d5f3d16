#include <iostream>

#include "cli/commands.hpp"
#include "experiment/parameters.hpp"
#include "store/store.hpp"
#include "verify/verify.hpp"

namespace flowsweep::cli {
namespace {

ExitCode run(const Arguments& arguments) {
  const std::string path = arguments.text("STORE");
  store::Reader reader(path);
  verify::Options options;
  options.where = arguments.list("where");
  options.theorems = arguments.list("theorem");
  options.store = path;
  options.json = arguments.given("json");
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
      "theorem and the points that violate one.\n"
      "Exit code 0: nothing violated; 1: something violated; 2: bad input, or damaged or disagreeing rows.",
      {{"STORE", "Store to verify."}},
      {{"where", 0, "AXIS=VALUES", "Only the points whose AXIS is among VALUES.", true},
       {"theorem", 0, "NAME", "Only this theorem.", true},
       {"json", 0, "", "Print a JSON object."}},
      run};
  return command;
}

}  // namespace flowsweep::cli

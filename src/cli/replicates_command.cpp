#include <iostream>

#include "cli/commands.hpp"
#include "experiment/parameters.hpp"
#include "store/store.hpp"
#include "verify/replicates.hpp"

namespace flowsweep::cli {
namespace {

ExitCode run(const Arguments& arguments) {
  store::Reader reader(arguments.text("STORE"));
  const verify::ReplicateReport report =
      verify::replicates(reader, experiment::vocabulary(), arguments.list("where"));
  arguments.given("json") ? verify::print_json(report, std::cout) : verify::print(report, std::cout);
  std::cout.flush();
  return verify::exit_code(report);
}

}  // namespace

const Command& replicates_command() {
  static const Command command = {
      "replicates",
      "Summarise a store's sampled runs over their seeds.",
      "For each setting of the empirical risk with several seeds: mean of the final ab with a 95 % "
      "confidence "
      "interval, beside the predicted limit. Where the store also holds the exact flow of that setting (the "
      "same "
      "keys with risk = population): whether it stays within the band of the replicates, at 99 % for all "
      "recorded "
      "times together. Where settings differ in the number of sequences N: the exponent of the spread of ab "
      "against N with a 99 % interval, against -1/2, and that of the root mean square of its gap to the "
      "predicted limit.\n"
      "Exit code 0: every exact flow in its band, every exponent of the spread as predicted; 1: not so; 2: "
      "bad "
      "input.",
      {{"STORE", "Store to read."}},
      {{"where", 0, "AXIS=VALUES", "Only the points whose AXIS is among VALUES.", true},
       {"json", 0, "", "Print a JSON object."}},
      run};
  return command;
}

}  // namespace flowsweep::cli

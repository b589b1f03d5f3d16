#include <iostream>

#include "cli/commands.hpp"
#include "experiment/parameters.hpp"
#include "export/show.hpp"
#include "store/store.hpp"
#include "sweep/table.hpp"

namespace flowsweep::cli {
namespace {

ExitCode run(const Arguments& arguments) {
  const std::string path = arguments.text("STORE");
  store::Reader reader(path);
  sweep::load_tables(reader.metadata().sweep_text, path, *experiment::vocabulary());
  const std::size_t row = exporting::row_of(reader, arguments.text("ID"));
  exporting::show(reader, *experiment::vocabulary(), row, path, std::cout);
  std::cout.flush();
  return ExitCode::success;
}

}  // namespace

const Command& show_command() {
  static const Command command = {
      "show",
      "Print one point of a store in words.",
      "Prints the point's parameters, how its run ended, the final observables, a sketch of the trajectory "
      "of ab, and what every theorem says with all its margins.\n"
      "Exit code 0; 2: no such point.",
      {{"STORE", "Store that holds the point."}, {"ID", "The point's id, or its first digits."}},
      {},
      run};
  return command;
}

}  // namespace flowsweep::cli

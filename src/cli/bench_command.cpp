#include <fmt/format.h>

#include <cstdio>
#include <iostream>

#include "cli/bench.hpp"
#include "cli/commands.hpp"
#include "cli/report.hpp"
#include "schedule/mpi.hpp"

namespace flowsweep::cli {
namespace {

ExitCode run(const Arguments& arguments) {
  int argc = 0;
  char** argv = nullptr;
  const schedule::Mpi mpi(argc, argv);
  if (mpi.ranks() > 1) {
    if (mpi.rank() == 0) report("flowsweep: bench measures one core: start it without mpirun\n");
    return ExitCode::bad_input;
  }
  bench(mpi, {.json = arguments.given("json"), .quick = arguments.given("quick")}, std::cout);
  std::cout.flush();
  return ExitCode::success;
}

}  // namespace

const Command& bench_command() {
  static const Command command = {
      "bench",
      "Measure the engine's speed on one core.",
      "Measures exact flows, gradients of both risks and of softmax attention, dispatch and commit of a "
      "point, and the checking of a "
      "store. Each figure is the median of several repetitions with the smallest and the largest. Stores "
      "are made in the folder for temporary files and removed.\n"
      "Exit code 0; 1: something failed.",
      {},
      {{"json", 0, "", "Print a JSON object with the keys machine and measurements."},
       {"quick", 0, "", "Small sizes and few repetitions: to see that it works."}},
      run};
  return command;
}

}  // namespace flowsweep::cli

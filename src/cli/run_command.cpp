#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "cli/agreement.hpp"
#include "cli/commands.hpp"
#include "cli/drain.hpp"
#include "cli/report.hpp"
#include "cli/requested_sweep.hpp"
#include "cli/sweep_job.hpp"
#include "schedule/mpi.hpp"

namespace flowsweep::cli {
namespace {

ExitCode run(const Arguments& arguments) {
  const auto start = SweepJob::Clock::now();
  int argc = 0;
  char** argv = nullptr;
  const schedule::Mpi mpi(argc, argv);
  const DrainSignals signals;
  std::signal(SIGPIPE, SIG_IGN);  // a reader of the progress that goes away ends no run
  try {
    return SweepJob(mpi, arguments, signals, start).run();
  } catch (const JobEnd& end) {
    return end.code;
  } catch (const std::exception& error) {
    // The other ranks wait for this one: end them too.
    report("flowsweep: internal error: {}\n", error.what());
    mpi.abort(static_cast<int>(ExitCode::internal_error));
  }
}

}  // namespace

const Command& run_command() {
  static const Command command = {
      "run",
      "Run every point of a sweep that has no row in the store yet.",
      "Runs the grid points of a sweep file and writes one row each into the store. A store that exists is "
      "resumed, or extended if the sweep has more points or theorems now; one with finished points that the "
      "sweep does not have is refused, and the differing keys are listed. Start it alone for one process, "
      "or with mpirun for many. A shard without points is no error: no store is made.\n"
      "SIGINT, SIGTERM and SIGUSR1 let the running points finish and end the job with exit code 75; the "
      "same command goes on later. A second SIGINT ends it at once; that loses the running points only. "
      "Under mpirun, which kills its ranks one second after passing on SIGINT or SIGTERM and then exits "
      "with 1 itself, send SIGUSR1 to mpirun.\n"
      "Exit code 0: every selected point has a row, whatever the verdicts; 1: internal error; 2: bad input; "
      "75: stopped early.",
      {{"SWEEP", "Sweep file; `flowsweep help sweep-file` lists its keys."}},
      {{"output", 'o', "STORE", "Store (HDF5) to create, resume or extend.", false, true},
       {"set", 0, "S.K=V", "Replace or add the key K of section S of the sweep file.", true},
       shard_option(),
       {"where", 0, "AXIS=VALUES", "Run only the points whose AXIS is among VALUES.", true},
       {"theorem", 0, "NAME", "Judge only this theorem of the sweep; what the store holds already stays.",
        true},
       {"retry-failed", 0, "", "Run again the points that failed, timed out or were set aside."},
       {"instruction-set", 0, "SET",
        "Kernels to use: baseline, avx2 or avx512; without it the store's, and for a new one the best that "
        "all ranks have."}},
      run};
  return command;
}

}  // namespace flowsweep::cli

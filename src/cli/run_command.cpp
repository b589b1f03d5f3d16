#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/commands.hpp"
#include "cli/drain.hpp"
#include "cli/job_end.hpp"
#include "cli/progress.hpp"
#include "cli/report.hpp"
#include "cli/requested_sweep.hpp"
#include "cli/sweep_job.hpp"
#include "cli/time_budget.hpp"
#include "schedule/mpi.hpp"

namespace flowsweep::cli {
namespace {

constexpr double longest_seconds = 1e7;  // of any option: more is a slip of the pen

/// What the command line says about how the job is run.
struct Conduct {
  schedule::Options options;
  double checkpoint_seconds = 60;
};

double seconds_option(const Arguments& arguments, const std::string& name, double fallback, double lowest) {
  if (!arguments.given(name)) return fallback;
  const std::string text = arguments.text(name);
  const std::optional<double> seconds = parse_duration(text);
  if (!seconds || *seconds < lowest || *seconds > longest_seconds)
    throw InputError({"command line", 0}, "--" + name, text,
                     fmt::format("must be seconds from {} to {}", lowest, longest_seconds));
  return *seconds;
}

Conduct conduct_of(const Arguments& arguments, SweepJob::Clock::time_point start) {
  using namespace std::chrono;
  Conduct conduct;
  conduct.checkpoint_seconds = seconds_option(arguments, "checkpoint-seconds", 60, 0.001);
  const duration<double> heartbeat(seconds_option(arguments, "heartbeat", 15, 2));
  conduct.options.heartbeat = duration_cast<milliseconds>(heartbeat);
  if (const std::optional<double> budget = time_budget(arguments)) {
    const duration<double> usable(std::min(*budget, longest_seconds) - time_reserve(*budget));
    conduct.options.stop_by = start + duration_cast<SweepJob::Clock::duration>(usable);
  }
  return conduct;
}

schedule::Outcome run_job(const schedule::Mpi& mpi, const Arguments& arguments, const DrainSignals& signals,
                          Conduct conduct, SweepJob::Clock::time_point start) {
  ProgressDisplay display(stderr, ::isatty(STDERR_FILENO) != 0);
  schedule::Options& options = conduct.options;
  options.offer = static_cast<int>(active_instruction_set());
  options.stop_requested = [&] { return signals.requested(); };
  options.notice = [&](const std::string& text) { display.say("flowsweep: " + text); };
  SweepJob job(arguments, mpi.ranks(), conduct.checkpoint_seconds, start);
  options.on_progress = [&](const schedule::Progress& progress) {
    if (progress.total == 0) return;
    job.check_store();
    display.show(progress);
  };
  schedule::Outcome outcome = schedule::run(mpi, job, options);
  outcome.complete = outcome.complete && job.left() == 0;  // the store decides
  return outcome;
}

ExitCode run(const Arguments& arguments) {
  const auto start = SweepJob::Clock::now();
  const Conduct conduct = conduct_of(arguments, start);
  const DrainSignals signals;
  return take_part([&](const schedule::Mpi& mpi) {
    const schedule::Outcome outcome = run_job(mpi, arguments, signals, conduct, start);
    return JobEnd{outcome, outcome.complete ? ExitCode::success : ExitCode::more_work};
  });
}

}  // namespace

const Command& run_command() {
  static const Command command = {
      "run",
      "Run every point of a sweep that has no row in the store yet.",
      "Runs the grid points of a sweep file and writes one row each into the store. A store that exists is "
      "resumed, or extended if the sweep has more points or theorems now; one with finished points that "
      "the sweep does not have is refused, and the differing keys are listed. Start it alone for one "
      "process, or with mpirun for many. A shard without points is no error: no store is made.\n"
      "SIGINT, SIGTERM, SIGUSR1 and SIGHUP, sent to any rank, end the job with exit code 75: points that "
      "end within 0.3 seconds do, longer ones leave a checkpoint beside the store, and the same command "
      "goes on from there. A second SIGINT ends it at once, without checkpoints. mpirun kills its ranks "
      "one second after passing on SIGINT or SIGTERM and then exits with 1 itself: send SIGUSR1 to "
      "mpirun.\n"
      "Start mpirun with --enable-recovery: then the death of a rank costs only the points it was running, "
      "which the others run again; without it the whole job ends, and the same command goes on. mpirun's "
      "own exit code may be 0 after a death: `flowsweep status STORE --exit-code` tells. A point whose "
      "rank died three times is set aside.\n"
      "Exit code 0: every selected point has a row, whatever the verdicts; 1: internal error; 2: bad "
      "input; 75: stopped early.",
      {{"SWEEP", "Sweep file; `flowsweep help sweep-file` lists its keys."}},
      {{"output", 'o', "STORE", "Store (HDF5) to create, resume or extend.", false, true},
       {"set", 0, "S.K=V", "Replace or add the key K of section S of the sweep file.", true},
       shard_option(),
       {"where", 0, "AXIS=VALUES", "Run only the points whose AXIS is among VALUES.", true},
       {"theorem", 0, "NAMES",
        "Judge only these theorems of the sweep, with commas between them; what the store holds already "
        "stays.",
        true},
       {"retry-failed", 0, "", "Run again the points that failed, timed out or were set aside."},
       {"time-budget", 0, "TIME",
        "Seconds, MM:SS, HH:MM:SS or D-HH:MM:SS from now: no point is started that is predicted to end "
        "later, unless it is too long for the whole budget and can only be done in parts, from checkpoint "
        "to checkpoint; the job ends in time with exit code 75. Without it the environment variable "
        "SLURM_JOB_END_TIME (seconds since 1970) counts."},
       {"checkpoint-seconds", 0, "S", "Time between two checkpoints of a long point; without it 60."},
       {"durable", 0, "",
        "Committed rows outlive a power loss: they are on the disk, in batches of about a second, before "
        "they count. Slower for short points."},
       {"heartbeat", 0, "S",
        "A rank of which nothing is heard for so long is given up, at least 2; without it 15."},
       {"instruction-set", 0, "SET",
        "Kernels to use: baseline, avx2 or avx512; without it the store's, and for a new one the best that "
        "all ranks have."}},
      run};
  return command;
}

}  // namespace flowsweep::cli

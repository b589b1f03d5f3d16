#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <limits>
#include <random>

#include "cli/audit_job.hpp"
#include "cli/commands.hpp"
#include "cli/drain.hpp"
#include "cli/job_end.hpp"
#include "cli/progress.hpp"
#include "core/instruction_set.hpp"

namespace flowsweep::cli {
namespace {

double fraction_option(const Arguments& arguments) {
  const std::string text = arguments.text("fraction", "0.01");
  double fraction = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), fraction);
  if (error != std::errc{} || end != text.data() + text.size() || !(fraction > 0 && fraction <= 1))
    throw InputError({"command line", 0}, "--fraction", text, "must be a number, 0 < fraction <= 1");
  return fraction;
}

/// Short enough to be typed again.
std::uint64_t drawn_seed() {
  return std::random_device{}();
}

AuditRequest request_of(const Arguments& arguments) {
  const auto seed = arguments.integer("seed", 0, std::numeric_limits<std::int64_t>::max());
  return {arguments.text("STORE"), fraction_option(arguments),
          seed ? static_cast<std::uint64_t>(*seed) : drawn_seed(), arguments.list("where")};
}

schedule::Outcome run_job(const schedule::Mpi& mpi, AuditJob& job, const DrainSignals& signals) {
  ProgressDisplay display(stderr, ::isatty(STDERR_FILENO) != 0);
  schedule::Options options;
  options.offer = static_cast<int>(active_instruction_set());
  options.stop_requested = [&] { return signals.requested(); };
  options.notice = [&](const std::string& text) { display.say("flowsweep: " + text); };
  options.on_progress = [&](const schedule::Progress& progress) {
    if (progress.total > 0) display.show(progress);
  };
  return schedule::run(mpi, job, options);
}

ExitCode run(const Arguments& arguments) {
  const AuditRequest request = request_of(arguments);
  const DrainSignals signals;
  return take_part([&](const schedule::Mpi& mpi) {
    AuditJob job(request, mpi.ranks());
    const schedule::Outcome outcome = run_job(mpi, job, signals);
    if (mpi.rank() != 0 || !outcome.error.empty()) return JobEnd{outcome, ExitCode::success};
    const AuditSummary summary = job.summary();
    fmt::print("{}", arguments.given("json") ? as_json(summary) : in_words(summary));
    return JobEnd{outcome, summary.exit_code()};
  });
}

}  // namespace

const Command& audit_command() {
  static const Command command = {
      "audit",
      "Run a random part of a store's rows again and compare the bits.",
      "Draws a share of the committed rows at random, runs their points again as `reproduce` does, with the "
      "store's instruction set, and compares every bit. Start it alone, or with mpirun for many ranks, "
      "among which the rows are handed out anew: a store knows the host that wrote a row and not the rank, "
      "so the number of rows that another host has run again is printed. Rows that failed, timed out or "
      "were set aside are left out and counted. The store is only read, also while a sweep writes it.\n"
      "Prints how many rows are identical, in which columns others differ and by how much, their ids, and "
      "the exact upper bound on the share of differing rows that follows with 99 % confidence. The same "
      "seed draws the same rows, whatever their order in the store and the number of ranks.\n"
      "Exit code 0: all identical; 1: a row differs, or internal error; 2: bad input, nothing to audit, a "
      "damaged row among those drawn, or a store of another kernel version or of an instruction set that "
      "the machines do not have; 75: stopped early.",
      {{"STORE", "Store to audit."}},
      {{"fraction", 0, "F", "Share of the rows to run again, 0 < F <= 1, rounded up; without it 0.01."},
       {"seed", 0, "S", "Draws the rows that an audit with this seed has drawn; without it a new one."},
       {"where", 0, "AXIS=VALUES", "Only the points whose AXIS is among VALUES.", true},
       {"json", 0, "", "Print a JSON object."}},
      run};
  return command;
}

}  // namespace flowsweep::cli

#include "cli/sweep_job.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/agreement.hpp"
#include "cli/progress.hpp"
#include "cli/report.hpp"
#include "cli/requested_sweep.hpp"
#include "cli/run_summary.hpp"
#include "core/hash.hpp"
#include "core/host.hpp"
#include "experiment/cost.hpp"
#include "experiment/parameters.hpp"
#include "experiment/run_point.hpp"

namespace flowsweep::cli {
namespace {

std::vector<double> costs_of(const sweep::Grid& grid, const std::vector<std::size_t>& rows) {
  std::vector<double> costs;
  costs.reserve(rows.size());
  for (const std::size_t row : rows) costs.push_back(experiment::predicted_seconds(grid.point(row)));
  return costs;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

SweepJob::SweepJob(const schedule::Mpi& mpi, const Arguments& arguments, const DrainSignals& signals,
                   Clock::time_point start)
    : mpi_(mpi),
      arguments_(arguments),
      signals_(signals),
      start_(start),
      path_(arguments.text("output")),
      host_(host_name()) {}

ExitCode SweepJob::run() {
  read_sweep();
  if (sweep_.grid.size() == 0) {
    if (mpi_.rank() == 0) report("{}\n", empty_shard_text(sweep_));
    return ExitCode::success;
  }
  const auto lowest = static_cast<InstructionSet>(mpi_.minimum(static_cast<int>(active_instruction_set())));
  if (mpi_.rank() == 0 && lowest < active_instruction_set()) set_active_instruction_set(lowest);
  settle(agree(mpi_, [this] { return prepare(); }));
  together(mpi_, [this] { open_store(); });
  const schedule::Outcome outcome = run_rows();
  together(mpi_, [this] { writer_->sync(); });
  const std::string code = agree(mpi_, [&] { return std::to_string(static_cast<int>(close(outcome))); });
  return static_cast<ExitCode>(std::stoi(code));
}

// Rank 0 alone touches the file; the others expand its text while rank 0 prepares the store.
void SweepJob::read_sweep() {
  const std::string file = arguments_.text("SWEEP");
  const std::string text = agree(mpi_, [&] {
    sweep_ = requested_sweep(arguments_);
    return sweep_.text;
  });
  if (mpi_.rank() != 0) sweep_ = sweep::parse_sweep(text, file, {}, experiment::vocabulary());
}

std::string SweepJob::prepare() {
  StoreRequest request{path_,
                       wanted_theorems(sweep_, arguments_.list("theorem")),
                       active_instruction_set(),
                       {},
                       arguments_.command_line};
  if (arguments_.given("instruction-set"))
    request.demanded = parse_instruction_set(arguments_.text("instruction-set"));
  const std::vector<std::size_t> selected = sweep::filter_rows(sweep_.grid, arguments_.list("where"));
  lock_.emplace(path_);
  PreparedStore prepared = prepare_store(sweep_, request);
  rows_ = open_rows(path_, prepared, selected, arguments_.given("retry-failed"));
  for (const std::string& note : prepared.notes) report("{}\n", note);
  if (rows_.empty()) report("nothing is left to run\n");
  nlohmann::json settings = {{"instruction_set", name(prepared.instruction_set)},
                             {"grid", to_hex(sweep_.grid.hash())},
                             {"theorems", nlohmann::json::array()}};
  for (const theory::Theorem* theorem : prepared.theorems) settings["theorems"].push_back(theorem->name);
  return settings.dump();
}

void SweepJob::settle(const std::string& text) {
  const auto settings = nlohmann::json::parse(text);
  together(mpi_, [&] {
    set_active_instruction_set(parse_instruction_set(settings["instruction_set"].get<std::string>()));
    for (const std::string name : settings["theorems"]) theorems_.push_back(theory::find_theorem(name));
    if (to_hex(sweep_.grid.hash()) != settings["grid"])
      throw std::runtime_error(host_ + " reads the sweep differently: all ranks must run the same program");
  });
}

void SweepJob::open_store() {
  writer_.emplace(path_);
  if (arguments_.given("retry-failed")) earlier_.emplace(path_);
}

// A damaged row has no number of attempts that could be trusted: it counts as none.
int SweepJob::earlier_attempts(std::size_t row) {
  int attempts = 0;
  if (!earlier_) return attempts;
  earlier_->visit(*experiment::vocabulary(), std::array{row}, [&](const store::Reader::Row& earlier) {
    if (earlier.state == store::Reader::RowState::committed) attempts = earlier.run.attempts;
  });
  return attempts;
}

void SweepJob::run_row(std::size_t row) {
  record::RunRecord run = experiment::run_point(sweep_.grid.point(row), theorems_,
                                                {.time_limit = sweep_.time_limit, .decorate = {}});
  run.host = host_;
  run.attempts = earlier_attempts(row) + 1;
  writer_->commit(row, run);
}

schedule::Outcome SweepJob::run_rows() {
  ProgressDisplay display(stderr, ::isatty(STDERR_FILENO) != 0);
  schedule::Options options;
  options.stop_requested = [this] { return signals_.requested(); };
  if (!rows_.empty())
    options.on_progress = [&](const schedule::Progress& progress) { display.show(progress); };
  const Clock::time_point begin = Clock::now();
  const std::vector<double> costs = costs_of(sweep_.grid, rows_);
  const schedule::Outcome outcome = schedule::run(
      mpi_, rows_, costs, [this](std::size_t row) { run_row(row); }, options);
  run_seconds_ = seconds_since(begin);
  return outcome;
}

ExitCode SweepJob::close(const schedule::Outcome& outcome) {
  if (!outcome.error.empty()) throw std::runtime_error(outcome.error);
  print_summary(outcome);
  lock_.reset();
  if (outcome.complete) return ExitCode::success;
  report("flowsweep: stopped with {} points left; the same command goes on from here:\n  {}\n",
         rows_.size() - outcome.done, arguments_.command_line);
  return ExitCode::more_work;
}

void SweepJob::print_summary(const schedule::Outcome& outcome) {
  store::Reader reader(path_);
  const RunFacts facts{.seconds = seconds_since(start_),
                       .run_seconds = run_seconds_,
                       .done = outcome.done,
                       .ranks = mpi_.ranks(),
                       .instruction_set = std::string(name(active_instruction_set())),
                       .store = path_};
  report("{}", run_summary(count_verdicts(reader, *experiment::vocabulary()), facts));
}

}  // namespace flowsweep::cli

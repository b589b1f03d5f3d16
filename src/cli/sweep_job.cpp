#include "cli/sweep_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "cli/job_settings.hpp"
#include "cli/point_checkpoints.hpp"
#include "cli/report.hpp"
#include "cli/requested_sweep.hpp"
#include "cli/run_summary.hpp"
#include "cli/sweep_estimate.hpp"
#include "cli/writer_notice.hpp"
#include "core/counted.hpp"
#include "core/hash.hpp"
#include "core/host.hpp"
#include "experiment/cost.hpp"
#include "experiment/parameters.hpp"
#include "experiment/run_point.hpp"

namespace flowsweep::cli {
namespace {

std::vector<double> costs_of(const sweep::Grid& grid, const std::vector<std::size_t>& rows,
                             const Theorems& theorems) {
  std::vector<double> costs;
  costs.reserve(rows.size());
  for (const std::size_t row : rows)
    costs.push_back(experiment::predicted_seconds(grid.point(row), theorems));
  return costs;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The row of a point that no worker survives.
record::RunRecord set_aside_run(const sweep::Point& point, const Theorems& theorems, int deaths) {
  record::RunRecord run;
  run.status = record::Status::set_aside;
  run.attempts = deaths;
  run.message = fmt::format("{} workers died while they ran this point", deaths);
  for (const theory::Theorem* theorem : theorems)
    run.measurements.emplace_back(theorem->measurements.size(), std::numeric_limits<double>::quiet_NaN());
  experiment::judge_again(point, run, theorems);
  return run;
}

}  // namespace

SweepJob::SweepJob(const Arguments& arguments, int ranks, double checkpoint_seconds, Clock::time_point start)
    : arguments_(arguments),
      ranks_(ranks),
      checkpoint_seconds_(checkpoint_seconds),
      start_(start),
      path_(arguments.text("output")),
      host_(host_name()),
      checkpoints_(path_) {}

schedule::Preparation SweepJob::prepare(int lowest_instruction_set) {
  const auto lowest = static_cast<InstructionSet>(lowest_instruction_set);
  if (lowest < active_instruction_set()) set_active_instruction_set(lowest);
  sweep_ = requested_sweep(arguments_);
  if (sweep_.grid.size() == 0) {  // only a shard can be empty: it needs no store
    report("{}\n", empty_shard_text(sweep_));
    return {};
  }
  PreparedStore prepared = prepare_rows(lowest);
  for (const std::string& note : prepared.notes) report("{}\n", note);
  if (rows_.empty()) report("nothing is left to run\n");
  theorems_ = prepared.theorems;
  open_store();
  if (earlier_)
    for (const std::size_t row : rows_) attempts_at_start_[row] = earlier_attempts(row);
  if (ranks_ > 1) referee_.emplace(path_);
  suspects_.emplace(path_);
  clear_checkpoints();
  clear_suspects();
  return preparation(prepared);
}

PreparedStore SweepJob::prepare_rows(InstructionSet lowest) {
  StoreRequest request{
      path_, wanted_theorems(sweep_, arguments_.names("theorem")), lowest, {}, arguments_.command_line};
  if (arguments_.given("instruction-set"))
    request.demanded = parse_instruction_set(arguments_.text("instruction-set"));
  const std::vector<std::size_t> selected = sweep::filter_rows(sweep_.grid, arguments_.list("where"));
  require_memory(sweep_.grid, selected, arguments_.text("SWEEP"), physical_memory());
  notice_of_writer(path_);
  lock_.emplace(path_);
  PreparedStore prepared = prepare_store(sweep_, request);
  rows_ = open_rows(path_, prepared, selected, arguments_.given("retry-failed"));
  return prepared;
}

/// Those of `ids` that have a row, or none to get in this store.
std::vector<std::uint64_t> SweepJob::finished(const std::vector<std::uint64_t>& ids) const {
  if (ids.empty()) return {};
  store::Reader reader(path_);
  const std::vector<record::Status> statuses = reader.statuses();
  std::vector<std::uint64_t> found;
  for (const std::uint64_t id : ids) {
    const auto row = reader.find(id);
    if (!row || statuses[*row] != record::Status::not_run) found.push_back(id);
  }
  return found;
}

/// What killed processes, and those that others took for dead, leave behind.
void SweepJob::clear_checkpoints() {
  for (const std::uint64_t id : finished(checkpoints_.ids())) checkpoints_.remove(id);
  checkpoints_.remove_if_empty();
}

/// Forgets the deaths of points that have a row, or whose deaths are to be forgiven.
void SweepJob::clear_suspects() {
  std::vector<std::uint64_t> ids;
  for (const auto& [id, deaths] : suspects_->counts()) ids.push_back(id);
  if (!arguments_.given("retry-failed")) ids = finished(ids);
  for (const std::uint64_t id : ids) suspects_->set(id, 0);
}

schedule::Preparation SweepJob::preparation(const PreparedStore& prepared) {
  JobSettings settings{
      std::string(name(prepared.instruction_set)), to_hex(sweep_.grid.hash()), {}, sweep_.text};
  for (const theory::Theorem* theorem : theorems_) settings.theorems.push_back(theorem->name);
  schedule::Preparation plan{settings.encoded(), rows_, costs_of(sweep_.grid, rows_, theorems_), {}};
  const std::map<std::uint64_t, int>& suspected = suspects_->counts();
  if (!suspected.empty())
    for (const std::size_t row : rows_)
      if (const auto found = suspected.find(sweep_.grid.id(row)); found != suspected.end())
        plan.deaths.emplace_back(row, found->second);
  rows_start_ = Clock::now();
  return plan;
}

void SweepJob::join(const std::string& text) {
  const JobSettings settings = JobSettings::decoded(text);
  sweep_ = sweep::parse_sweep(settings.sweep_text, arguments_.text("SWEEP"), {}, experiment::vocabulary());
  if (to_hex(sweep_.grid.hash()) != settings.grid)
    throw std::runtime_error("reads the sweep differently: all ranks must run the same program");
  set_active_instruction_set(parse_instruction_set(settings.instruction_set));
  for (const std::string& name : settings.theorems) theorems_.push_back(theory::find_theorem(name));
  open_store();
}

void SweepJob::open_store() {
  writer_.emplace(
      path_, store::RowAccess::automatic,
      arguments_.given("durable") ? store::Durability::power_loss : store::Durability::process_death);
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

bool SweepJob::run(std::size_t row, const schedule::Interruption& interruption) {
  PointCheckpoints checkpoints(checkpoints_, sweep_.grid.id(row), interruption);
  record::RunRecord run = experiment::run_point(sweep_.grid.point(row), theorems_,
                                                {.time_limit = sweep_.time_limit,
                                                 .decorate = {},
                                                 .checkpoints = &checkpoints,
                                                 .checkpoint_seconds = checkpoint_seconds_});
  if (run.status == record::Status::not_run) return false;
  run.host = host_;
  run.attempts = earlier_attempts(row) + 1;
  try {
    writer_->commit(row, run);
    if (checkpoints.used()) {
      writer_
          ->sync();  // a batch of --durable may still wait: what took long must not be lost between the two
      checkpoints.remove();
    }
  } catch (const store::RowBusy& busy) {
    // Whoever holds the row may still commit it; conclude() looks.
    report("flowsweep: point {}: {}\n", to_hex(sweep_.grid.id(row)), busy.what());
  }
  return true;
}

void SweepJob::check_store() {
  constexpr std::chrono::seconds interval(1);
  if (Clock::now() - last_look_ < interval) return;
  last_look_ = Clock::now();
  if (!writer_->in_place())
    throw InputError(path_, "was deleted, renamed or replaced while the sweep was writing it");
}

void SweepJob::leave() {
  if (writer_) writer_->sync();
}

bool SweepJob::committed(std::size_t row) {
  try {
    const auto before = attempts_at_start_.find(row);
    const int attempts = referee_->read(row).attempts;
    return before == attempts_at_start_.end() || attempts > before->second;
  } catch (const std::runtime_error&) {
    return false;
  }
}

// By a writer of its own: the compute thread may be using the other one.
void SweepJob::set_aside(std::size_t row, int deaths) {
  record::RunRecord run = set_aside_run(sweep_.grid.point(row), theorems_, deaths);
  run.host = host_;
  store::RowWriter writer(path_);
  writer.commit(row, run);
  writer.sync();
  checkpoints_.remove(sweep_.grid.id(row));
}

// Without the list the sweep goes on; a later job counts from fewer deaths.
void SweepJob::remember_deaths(std::size_t row, int deaths) {
  try {
    suspects_->set(sweep_.grid.id(row), deaths);
  } catch (const std::exception& error) {
    report("flowsweep: the deaths of workers cannot be noted: {}\n", error.what());
  }
}

void SweepJob::conclude(const schedule::Outcome& outcome) {
  if (!writer_) return;
  store::Reader reader(path_);
  print_summary(reader, outcome);
  clear_checkpoints();
  lock_.reset();
  const std::vector<record::Status> statuses = reader.statuses();
  left_ = static_cast<std::size_t>(std::ranges::count_if(
      rows_, [&](std::size_t row) { return statuses[row] == record::Status::not_run; }));
  if (outcome.complete && left_ == 0) return;
  report("flowsweep: stopped with {} left; the same command goes on from here:\n  {}\n",
         counted(std::max(left_, rows_.size() - outcome.done), "point"), arguments_.command_line);
}

void SweepJob::print_summary(store::Reader& reader, const schedule::Outcome& outcome) {
  const RunFacts facts{.seconds = seconds_since(start_),
                       .run_seconds = seconds_since(rows_start_),
                       .done = outcome.done,
                       .stopped = !outcome.complete,
                       .ranks = ranks_,
                       .instruction_set = std::string(name(active_instruction_set())),
                       .store = path_};
  report("{}", run_summary(count_rows(reader, experiment::vocabulary()), facts));
}

}  // namespace flowsweep::cli

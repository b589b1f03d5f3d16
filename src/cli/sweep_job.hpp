#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/prepared_store.hpp"
#include "core/error.hpp"
#include "schedule/run.hpp"
#include "store/checkpoint_folder.hpp"
#include "store/store.hpp"
#include "store/suspect_list.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::cli {

/// `flowsweep run` on one rank of a job. Rank 0 reads the sweep file, holds the store's lock and prepares the
/// store; every rank expands the same text, runs points and writes their rows.
class SweepJob : public schedule::Work {
 public:
  using Clock = std::chrono::steady_clock;

  /// `start`: of the program, for the summary. `checkpoint_seconds`: between two checkpoints of a point.
  SweepJob(const Arguments& arguments, int ranks, double checkpoint_seconds, Clock::time_point start);

  schedule::Preparation prepare(int lowest_instruction_set) override;
  void join(const std::string& settings) override;
  bool run(std::size_t row, const schedule::Interruption& interruption) override;
  void leave() override;
  void conclude(const schedule::Outcome& outcome) override;

  bool committed(std::size_t row) override;
  void set_aside(std::size_t row, int deaths) override;
  void remember_deaths(std::size_t row, int deaths) override;

  /// Rank 0's main thread, while rows are run: throws InputError if the store is no longer where it was;
  /// looks once a second.
  void check_store();
  /// Rank 0, after conclude(): points that were to be run and have no row in the store.
  std::size_t left() const { return left_; }

 private:
  PreparedStore prepare_rows(InstructionSet lowest);
  void open_store();
  std::vector<std::uint64_t> finished(const std::vector<std::uint64_t>& ids) const;
  void clear_checkpoints();
  void clear_suspects();
  schedule::Preparation preparation(const PreparedStore& prepared);
  int earlier_attempts(std::size_t row);
  void print_summary(store::Reader& reader, const schedule::Outcome& outcome);

  const Arguments& arguments_;
  const int ranks_;
  const double checkpoint_seconds_;
  const Clock::time_point start_;
  const std::string path_, host_;
  const store::CheckpointFolder checkpoints_;
  sweep::Sweep sweep_;
  Theorems theorems_;
  std::optional<store::RowWriter> writer_;
  std::optional<store::Reader> earlier_;  ///< with --retry-failed: the rows as they were

  // Rank 0:
  std::optional<store::WriterLock> lock_;
  std::vector<std::size_t> rows_;  ///< to be run
  std::optional<store::Reader> referee_;
  std::map<std::size_t, int> attempts_at_start_;  ///< with --retry-failed, of rows_
  std::optional<store::SuspectList> suspects_;
  Clock::time_point rows_start_, last_look_{};
  std::size_t left_ = 0;
};

}  // namespace flowsweep::cli

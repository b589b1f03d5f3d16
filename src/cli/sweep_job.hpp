#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/drain.hpp"
#include "cli/prepared_store.hpp"
#include "core/error.hpp"
#include "schedule/run.hpp"
#include "store/store.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::cli {

/// `flowsweep run` on all ranks of a job. Rank 0 reads the sweep file, holds the store's lock and prepares
/// the store; every rank expands the same text, runs points and writes their rows.
class SweepJob {
 public:
  using Clock = std::chrono::steady_clock;

  /// `start`: of the program, for the summary.
  SweepJob(const schedule::Mpi& mpi, const Arguments& arguments, const DrainSignals& signals,
           Clock::time_point start);

  /// Collective. Throws JobEnd after an error, which has been reported.
  ExitCode run();

 private:
  void read_sweep();      ///< collective
  std::string prepare();  ///< rank 0: the settings of the others, as JSON
  void settle(const std::string& settings);
  void open_store();
  int earlier_attempts(std::size_t row);
  void run_row(std::size_t row);
  schedule::Outcome run_rows();  ///< collective
  ExitCode close(const schedule::Outcome& outcome);
  void print_summary(const schedule::Outcome& outcome);

  const schedule::Mpi& mpi_;
  const Arguments& arguments_;
  const DrainSignals& signals_;
  const Clock::time_point start_;
  const std::string path_;
  sweep::Sweep sweep_;
  Theorems theorems_;
  std::optional<store::WriterLock> lock_;  ///< rank 0
  std::vector<std::size_t> rows_;          ///< rank 0: to be run
  std::optional<store::RowWriter> writer_;
  std::optional<store::Reader> earlier_;  ///< with --retry-failed: the rows as they were
  std::string host_;
  double run_seconds_ = 0;
};

}  // namespace flowsweep::cli

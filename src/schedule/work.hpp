#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace flowsweep::schedule {

/// The wish that a running point break off, which comes true some time after it was expressed: short points
/// end by themselves until then.
class Interruption {
 public:
  using Clock = std::chrono::steady_clock;

  /// Polled by the point that runs, on the compute thread.
  bool requested() const {
    const Clock::rep when = when_.load(std::memory_order_relaxed);
    return when != never && Clock::now().time_since_epoch().count() >= when;
  }
  /// Requested from `grace` after now on; an earlier request stays.
  void request_after(Clock::duration grace) {
    const Clock::rep when = (Clock::now() + grace).time_since_epoch().count();
    if (when < when_.load()) when_.store(when);
  }

 private:
  static constexpr Clock::rep never = Clock::duration::max().count();
  std::atomic<Clock::rep> when_ = never;
};

/// What rank 0 has found to be done.
struct Preparation {
  std::string settings;           ///< what the other ranks need to know; any bytes, any length
  std::vector<std::size_t> rows;  ///< to be run, each once
  std::vector<double> costs;      ///< [as rows] predicted seconds
  /// Rows that took workers down in earlier jobs, and how many.
  std::vector<std::pair<std::size_t, int>> deaths;
};

struct Outcome;

/// What a job does, as the scheduler sees it. Everything is called on the compute thread of a rank, one call
/// at a time, unless it says otherwise. InputError means that the user's input is at fault, another exception
/// a defect or a failing machine: both end the job.
class Work {
 public:
  virtual ~Work() = default;

  /// Rank 0, once, before anything else. `lowest_offer`: the smallest Options::offer of the ranks that are
  /// present. May take long.
  virtual Preparation prepare(int lowest_offer) = 0;
  /// The other ranks, once, with what prepare() gave.
  virtual void join(const std::string& settings) = 0;
  /// Runs the point of one row and commits it: true; or breaks off when `interruption` asks for it, leaving
  /// the row open: false. A point's failure is a row.
  virtual bool run(std::size_t row, const Interruption& interruption) = 0;
  /// Main thread of every rank, before rank 0 learns that rows are done: what their runs have found since the
  /// last call, for take(); any bytes. Of a row that a lost rank ran, it may reach rank 0 twice.
  virtual std::string findings() { return {}; }
  /// Main thread of rank 0: what one call of findings() has given, on any rank; never empty.
  virtual void take(const std::string& findings) { (void)findings; }
  /// Every rank that has prepared or joined, after its last row: what was committed becomes durable.
  virtual void leave() = 0;
  /// Rank 0, after everybody's leave(), unless an error ended the job.
  virtual void conclude(const Outcome& outcome) = 0;

  /// Main thread of rank 0, at any time after prepare(): whether an intact row is there.
  virtual bool committed(std::size_t row) = 0;
  /// Main thread of rank 0: commits that this row has taken `deaths` workers down and is given up.
  virtual void set_aside(std::size_t row, int deaths) = 0;
  /// Main thread of rank 0: what Preparation::deaths is to say of this row from now on; 0: nothing.
  virtual void remember_deaths(std::size_t row, int deaths) = 0;
};

/// The part of a job that needs no store: runs the point of one row. An exception stops the run.
using Payload = std::function<void(std::size_t row)>;

}  // namespace flowsweep::schedule

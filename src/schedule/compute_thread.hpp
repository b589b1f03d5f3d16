#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "core/error.hpp"

namespace flowsweep::schedule {

/// An exception, as far as another thread or rank needs it.
struct Error {
  ExitCode code = ExitCode::success;  ///< bad_input of an InputError, else internal_error; success: none
  std::string what;

  explicit operator bool() const { return code != ExitCode::success; }
};

Error error_in_flight();  ///< of the exception that is being handled

/// Calls `action` and returns what it throws.
template <class Action>
Error caught(const Action& action) {
  try {
    action();
    return {};
  } catch (...) {
    return error_in_flight();
  }
}

/// The thread of a rank that does the work: tasks, one at a time, and a queue of rows that it goes through in
/// order. The methods are for the rank's main thread.
class ComputeThread {
 public:
  using Clock = std::chrono::steady_clock;
  using Task = std::function<void()>;
  /// Runs a row; false: broke off.
  using RunRow = std::function<bool(std::size_t row)>;

  struct Status {
    std::size_t done = 0;     ///< rows run to their end
    double busy_seconds = 0;  ///< that they took
    bool idle = true;         ///< nothing runs or waits
    bool wants_rows = false;  ///< idle, or prefetch_due()
    Error failure;            ///< the exception that ended the work
  };

  explicit ComputeThread(RunRow run_row);
  ~ComputeThread();  ///< forgets what waits and waits for what runs
  ComputeThread(const ComputeThread&) = delete;
  ComputeThread& operator=(const ComputeThread&) = delete;

  /// Appends `rows`, a range of row numbers. Without effect after an exception.
  template <class Rows>
  void push(const Rows& rows) {
    const std::lock_guard lock(mutex_);
    if (!failure_) queue_.insert(queue_.end(), rows.begin(), rows.end());
    work_.notify_one();
  }
  /// A task to be done before the rows that wait; only while no other waits. Without effect after an
  /// exception.
  void call(Task task);

  void drop_waiting();  ///< forgets the rows that have not started
  Status status() const;

  /// Returns after `longest`, or as soon as nothing is left to do.
  void wait(Clock::duration longest);

 private:
  void work();
  void do_task(std::unique_lock<std::mutex>& lock);
  void do_row(std::unique_lock<std::mutex>& lock);
  void end_if_dry();
  void fail(const Error& failure);

  const RunRow run_row_;
  mutable std::mutex mutex_;
  std::condition_variable work_;  ///< wakes the compute thread
  std::condition_variable dry_;   ///< wakes the main thread
  Task task_;
  std::deque<std::size_t> queue_;
  bool running_ = false;
  bool ran_dry_ = false;
  bool leaving_ = false;
  Clock::time_point row_start_;
  double row_seconds_ = 0;  ///< recent mean duration of a row
  double busy_seconds_ = 0;
  std::size_t done_ = 0;
  Error failure_;
  std::thread thread_;  ///< last: starts when all else stands
};

}  // namespace flowsweep::schedule

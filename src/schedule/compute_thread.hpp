#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "schedule/run.hpp"

namespace flowsweep::schedule {

/// The thread of a rank that calls the payload, with the queue of rows it works through in order. The methods
/// are for the rank's main thread.
class ComputeThread {
 public:
  using Clock = std::chrono::steady_clock;

  struct Status {
    std::size_t done = 0;     ///< rows whose payload returned
    bool idle = true;         ///< no row runs or waits
    bool wants_rows = false;  ///< idle, or prefetch_due()
    std::string failure;      ///< text of the exception that ended the work, empty if none
  };

  explicit ComputeThread(Payload payload);
  ~ComputeThread();  ///< forgets the waiting rows and waits for the running one
  ComputeThread(const ComputeThread&) = delete;
  ComputeThread& operator=(const ComputeThread&) = delete;

  /// Appends `rows`, a range of row numbers. Without effect after an exception.
  template <class Rows>
  void push(const Rows& rows) {
    const std::lock_guard lock(mutex_);
    if (failure_.empty()) queue_.insert(queue_.end(), rows.begin(), rows.end());
    work_.notify_one();
  }

  void drop_waiting();  ///< forgets the rows that have not started
  Status status() const;

  /// Returns after `longest`, or as soon as the last row in the queue is done.
  void wait(Clock::duration longest);

 private:
  void work();
  std::string call_payload(std::size_t row) const;
  void record(const std::string& failure, Clock::duration taken);

  const Payload payload_;
  mutable std::mutex mutex_;
  std::condition_variable work_;  ///< wakes the compute thread
  std::condition_variable dry_;   ///< wakes the main thread
  std::deque<std::size_t> queue_;
  bool running_ = false;
  bool ran_dry_ = false;
  bool leaving_ = false;
  Clock::time_point row_start_;
  double row_seconds_ = 0;  ///< recent mean duration of a row
  std::size_t done_ = 0;
  std::string failure_;
  std::thread thread_;  ///< last: starts when all else stands
};

}  // namespace flowsweep::schedule

#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace flowsweep::schedule {

/// Ends the process if it is not destroyed in time: for calls that may never return, such as MPI_Init and
/// MPI_Finalize when another rank has died. Says on stderr what did not return; runs no destructors.
class Watchdog {
 public:
  /// `call`: what is waited for. `code`: the exit code of the process, by default that of unfinished work.
  Watchdog(std::string call, std::chrono::milliseconds limit, int code = 75);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  void watch();

  const std::string call_;
  const std::chrono::milliseconds limit_;
  const int code_;
  std::mutex mutex_;
  std::condition_variable returned_signal_;
  bool returned_ = false;
  std::thread thread_;  ///< last: starts when all else stands
};

}  // namespace flowsweep::schedule

#include "schedule/watchdog.hpp"

#include <unistd.h>

#include <utility>

#include "core/host.hpp"

namespace flowsweep::schedule {
Watchdog::Watchdog(std::string call, std::chrono::milliseconds limit, int code)
    : call_(std::move(call)), limit_(limit), code_(code), thread_([this] { watch(); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    returned_ = true;
    returned_signal_.notify_one();
  }
  thread_.join();
}

void Watchdog::watch() {
  std::unique_lock lock(mutex_);
  if (returned_signal_.wait_for(lock, limit_, [this] { return returned_; })) return;
  const std::string text = "flowsweep: process " + std::to_string(::getpid()) + " on " + host_name() + ": " +
                           call_ + " has not returned for " + std::to_string(limit_.count() / 1000) +
                           " s, as happens when another rank has died; giving up\n";
  (void)!::write(STDERR_FILENO, text.data(), text.size());
  ::_exit(code_);
}

}  // namespace flowsweep::schedule

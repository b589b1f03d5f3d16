#pragma once
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>

namespace flowsweep::store::sample {

/// A forked process that runs `work` and ends with its result, or 99 if it throws; killed and reaped at the
/// end.
class Child {
 public:
  explicit Child(const std::function<int()>& work) : process_(::fork()) {
    if (process_ != 0) return;
    int result = 99;
    try {
      result = work();
    } catch (...) {
    }
    ::_exit(result);
  }
  ~Child() { kill(); }
  Child(Child&& other) noexcept : process_(other.process_) { other.process_ = -1; }

  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    wait();
  }
  void signal(int number) const { ::kill(process_, number); }
  /// Exit code; -1 if it died by a signal.
  int wait() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t process_;
};

}  // namespace flowsweep::store::sample

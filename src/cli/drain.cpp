#include "cli/drain.hpp"

#include <csignal>

namespace flowsweep::cli {
namespace {

constexpr int drain_signals[] = {SIGINT, SIGTERM, SIGUSR1, SIGHUP};
volatile std::sig_atomic_t drain_requested = 0;

void request_drain(int number) {
  drain_requested = 1;
  if (number == SIGINT) std::signal(SIGINT, SIG_DFL);
}

}  // namespace

DrainSignals::DrainSignals() {
  drain_requested = 0;
  struct sigaction action {};
  action.sa_handler = request_drain;
  action.sa_flags = SA_RESTART;
  for (const int number : drain_signals) {
    struct sigaction before {};
    ::sigaction(number, &action, &before);
    // Under nohup the end of the terminal is to be ignored.
    if (number == SIGHUP && before.sa_handler == SIG_IGN) ::sigaction(number, &before, nullptr);
  }
}

DrainSignals::~DrainSignals() {
  for (const int number : drain_signals) std::signal(number, SIG_DFL);
}

bool DrainSignals::requested() const {
  return drain_requested != 0;
}

}  // namespace flowsweep::cli

#include "schedule/watchdog.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

#include "schedule/listening_clock.hpp"
#include "support/catch.hpp"

using namespace flowsweep::schedule;
using namespace std::chrono_literals;

namespace {

struct End {
  int code = -1;
  std::string stderr_text;
};

/// Waits `call` long under a watchdog of 20 ms in a child process; its end.
End end_of_waiting(std::chrono::milliseconds call, int code) {
  std::array<int, 2> pipe{};
  REQUIRE(::pipe(pipe.data()) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(pipe[1], STDERR_FILENO);
    {
      const Watchdog watchdog("the test's call", 20ms, code);
      std::this_thread::sleep_for(call);
    }
    ::_exit(0);
  }
  ::close(pipe[1]);
  End end;
  std::array<char, 512> text{};
  while (const auto length = ::read(pipe[0], text.data(), text.size())) {
    if (length < 0) break;
    end.stderr_text.append(text.data(), static_cast<std::size_t>(length));
  }
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status)) end.code = WEXITSTATUS(status);
  return end;
}

}  // namespace

TEST_CASE("a watchdog ends a process whose call does not return, and says which", "[watchdog]") {
  const End end = end_of_waiting(1h, 75);
  CHECK(end.code == 75);
  CHECK_THAT(end.stderr_text, Catch::Matchers::Contains("the test's call has not returned"));
  CHECK(end_of_waiting(1h, 3).code == 3);
}

TEST_CASE("a watchdog leaves a call that returns alone", "[watchdog]") {
  const End end = end_of_waiting(0ms, 75);
  CHECK(end.code == 0);
  CHECK(end.stderr_text.empty());
}

TEST_CASE("time in which a process did not look for messages is no silence of others", "[listening]") {
  const ListeningClock::Clock::time_point start{};
  ListeningClock clock(start);
  CHECK(clock.advance(start + 100ms) == 100ms);
  CHECK(clock.advance(start + 200ms) == 200ms);
  CHECK(clock.advance(start + 1h) == 200ms + ListeningClock::longest_gap);
  CHECK(clock.advance(start + 1h + 50ms) == 250ms + ListeningClock::longest_gap);
}

TEST_CASE("several signs of life fit into the time of patience", "[listening]") {
  CHECK(sign_of_life_interval(2s) == 500ms);
  CHECK(sign_of_life_interval(15s) == 1s);
  CHECK(sign_of_life_interval(1h) == 1s);
}

#include "cli/time_budget.hpp"

#include <stdlib.h>

#include <chrono>
#include <string>

#include "core/error.hpp"
#include "support/catch.hpp"

namespace flowsweep::cli {

namespace {

constexpr const char* variable = "SLURM_JOB_END_TIME";

/// The environment variable as long as it lives.
class EndTime {
 public:
  explicit EndTime(const std::string& value) { ::setenv(variable, value.c_str(), 1); }
  ~EndTime() { ::unsetenv(variable); }
  EndTime(const EndTime&) = delete;
  EndTime& operator=(const EndTime&) = delete;
};

std::string in_seconds(double from_now) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::to_string(std::chrono::duration<double>(now).count() + from_now);
}

}  // namespace

TEST_CASE("durations are seconds or clock times", "[time]") {
  CHECK(parse_duration("90") == 90);
  CHECK(parse_duration("1.5") == 1.5);
  CHECK(parse_duration("02:30") == 150);
  CHECK(parse_duration("90:00") == 5400);
  CHECK(parse_duration("1:00:01") == 3601);
  CHECK(parse_duration("2-03:04:05") == 2 * 86400 + 3 * 3600 + 4 * 60 + 5);
}

TEST_CASE("what is no positive duration is none", "[time]") {
  for (const char* bad :
       {"",     "0",       "-1",  "nan",   "inf",   "1 s",  "1h",     ":",     "1:",        ":1",
        "1:60", "1:2:3:4", "1-2", "1-2:3", "-1:00", "1:-1", "1.5:00", "00:00", "x-1:00:00", "1--1:00:00"}) {
    CAPTURE(bad);
    CHECK(parse_duration(bad) == std::nullopt);
  }
}

TEST_CASE("the budget is the command line's, else what Slurm leaves", "[time]") {
  Arguments without, with;
  with.add("time-budget", "10");
  CHECK(time_budget(without) == std::nullopt);
  const EndTime end(in_seconds(1000));
  CHECK(time_budget(with) == 10);
  CHECK(time_budget(without).value() == Approx(1000).margin(5));  // a slow machine
}

TEST_CASE("an end in the past leaves a negative budget", "[time]") {
  const EndTime end(in_seconds(-1000));
  CHECK(time_budget({}).value() < -900);
  CHECK(time_reserve(-900) == 0);
}

TEST_CASE("budgets that are none are refused with their source", "[time]") {
  Arguments arguments;
  arguments.add("time-budget", "soon");
  CHECK_THROWS_WITH(time_budget(arguments), Catch::Contains("--time-budget = soon"));
  for (const std::string bad : {"tomorrow", "nan", "inf", "-1", "1e999", "1700000000 s", " "}) {
    const EndTime end(bad);
    CHECK_THROWS_WITH(time_budget({}), Catch::Contains("SLURM_JOB_END_TIME = " + bad + ": must be seconds"));
  }
  const EndTime empty("");
  CHECK(time_budget({}) == std::nullopt);
}

TEST_CASE("the reserve is a part of a short budget and bounded for long ones", "[time]") {
  CHECK(time_reserve(4) == 1);
  CHECK(time_reserve(86400) == time_reserve(1e6));
  CHECK(time_reserve(86400) < 60);
}

}  // namespace flowsweep::cli

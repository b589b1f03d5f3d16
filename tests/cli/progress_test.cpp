#include "cli/progress.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "support/catch.hpp"

namespace flowsweep::cli {
namespace {

schedule::Progress progress(std::size_t done, double done_cost, double elapsed) {
  return {.done = done, .total = 100, .done_cost = done_cost, .total_cost = 10, .elapsed = elapsed};
}

// What a display that is not a terminal prints over a run.
std::size_t lines_printed(const std::vector<schedule::Progress>& moments) {
  std::FILE* file = std::tmpfile();
  ProgressDisplay display(file, false);
  for (const schedule::Progress& moment : moments) display.show(moment);
  std::rewind(file);
  std::size_t lines = 0;
  for (int letter = std::fgetc(file); letter != EOF; letter = std::fgetc(file)) lines += letter == '\n';
  std::fclose(file);
  return lines;
}

}  // namespace

TEST_CASE("durations are said in the largest two units") {
  CHECK(duration_text(0.4321) == "0.43 s");
  CHECK(duration_text(12.4) == "12 s");
  CHECK(duration_text(200) == "3 min 20 s");
  CHECK(duration_text(7500) == "2 h 05 min");
  CHECK(duration_text(4 * 86400 + 3600) == "4 d 01 h");
  CHECK(duration_text(std::numeric_limits<double>::quiet_NaN()) == "unknown");
}

TEST_CASE("the time left follows the predicted cost, not the number of points") {
  CHECK(remaining_seconds(progress(1, 8, 4)) == 1.0);
  CHECK(remaining_seconds(progress(99, 2, 4)) == 16.0);
  CHECK(std::isnan(remaining_seconds(progress(0, 0, 4))));
  CHECK(remaining_seconds(progress(100, 10, 4)) == 0.0);
}

TEST_CASE("the bar shows the fraction of the predicted cost") {
  CHECK(progress_bar(progress(10, 5, 2)) ==
        "[###############...............]  50 %  10/100 points  5 points/s  2.00 s left");
  CHECK(progress_bar(progress(100, 10, 2)) ==
        "[##############################] 100 %  100/100 points  50 points/s  in 2.00 s");
  CHECK(progress_line(progress(99, 10, 2)).starts_with(" 99 %"));
}

TEST_CASE("without a terminal there is a line for every tenth, or after thirty seconds") {
  std::vector<schedule::Progress> steady, slow;
  for (int step = 0; step <= 1000; ++step)
    steady.push_back(progress(static_cast<std::size_t>(step / 10), step / 100.0, 1));
  CHECK(lines_printed(steady) == 10);
  for (int second = 0; second <= 100; ++second) slow.push_back(progress(1, 0.5, second));
  CHECK(lines_printed(slow) == 3);
}

}  // namespace flowsweep::cli

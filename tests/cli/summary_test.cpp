#include "cli/run_summary.hpp"

#include "support/catch.hpp"

namespace flowsweep::cli {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

StoreCount sample() {
  StoreCount count;
  count.points = 10;
  count.statuses[0] = 2;  // not run
  count.statuses[1] = 5;  // converged
  count.statuses[8] = 3;  // failed
  count.theorems = {{"mesa.limit", {4, 1, 0, 0, 3}, -2.5, 0xab, "dimension 3"}, {"a", {}, 0, {}, {}}};
  return count;
}

}  // namespace

TEST_CASE("the summary says counts, worst margin, time, ranks, store and what to do next") {
  const std::string text = run_summary(sample(), {.seconds = 4,
                                                  .run_seconds = 2,
                                                  .done = 8,
                                                  .ranks = 3,
                                                  .instruction_set = "avx2",
                                                  .store = "it's/where.h5"});
  CHECK(contains(text, "8 of 10 points have a row: 5 converged, 3 failed"));
  CHECK(contains(text, "-2.5 at 00000000000000ab"));
  CHECK(contains(text, "8 points run in 2.00 s on 3 ranks (avx2), 4 points/s; 4.00 s in all"));
  CHECK(contains(text, "flowsweep verify 'it'\\''s/where.h5'"));
  CHECK(contains(text, "mesa.limit is violated worst at 00000000000000ab: dimension 3\n"));
  CHECK_FALSE(contains(text, "a is violated"));
  RunFacts stopped;
  stopped.stopped = true;
  CHECK_FALSE(contains(run_summary(sample(), stopped), "next:"));
}

TEST_CASE("the summary compares the points' times with their predictions") {
  StoreCount count = sample();
  CHECK_FALSE(contains(run_summary(count, {}), "predicted"));
  count.times.add(0x1, 2, 1);
  count.times.add(0x2, 1, 3);
  count.times.add(0x3, 1, 2.5);
  CHECK(contains(run_summary(count, {}),
                 "\n  points took 6.50 s in sum, predicted 4.00 s on an idle core; 2 over 2 times their "
                 "prediction, most 3 times at 0000000000000002\n"));
}

TEST_CASE("a store without rows has no counts and no margins") {
  StoreCount count;
  count.points = count.statuses[0] = 3;
  CHECK(count.committed() == 0);
  CHECK(status_counts(count) == "none yet");
}

}  // namespace flowsweep::cli

#include "schedule/compute_thread.hpp"

#include <atomic>
#include <semaphore>
#include <stdexcept>
#include <vector>

#include "schedule/pace.hpp"
#include "schedule/policy.hpp"
#include "support/catch.hpp"

using namespace flowsweep::schedule;
using namespace std::chrono_literals;

namespace {

void await_idle(ComputeThread& compute) {
  while (!compute.status().idle) compute.wait(1s);
}

/// A payload that waits inside each row until the test lets it go on.
struct Gate {
  std::counting_semaphore<> entered{0}, open{0};
  void pass() {
    entered.release();
    open.acquire();
  }
};

}  // namespace

TEST_CASE("rows are run in the order pushed", "[compute]") {
  std::vector<std::size_t> ran;
  ComputeThread compute([&](std::size_t row) { ran.push_back(row); });
  compute.push(std::vector<std::size_t>{5, 3});
  compute.push(std::vector<std::size_t>{9});
  await_idle(compute);
  CHECK(ran == std::vector<std::size_t>{5, 3, 9});
  CHECK(compute.status().done == 3);
  CHECK(compute.status().wants_rows);
}

TEST_CASE("waiting rows can be dropped, the running one finishes", "[compute]") {
  Gate gate;
  ComputeThread compute([&](std::size_t) { gate.pass(); });
  compute.push(std::vector<std::size_t>{1, 2, 3});
  gate.entered.acquire();
  compute.drop_waiting();
  CHECK_FALSE(compute.status().idle);
  CHECK(compute.status().done == 0);
  gate.open.release();
  await_idle(compute);
  CHECK(compute.status().done == 1);
}

TEST_CASE("an exception ends the work of the thread", "[compute]") {
  ComputeThread compute([](std::size_t row) {
    if (row == 2) throw std::runtime_error("planted");
  });
  compute.push(std::vector<std::size_t>{1, 2, 3});
  await_idle(compute);
  compute.push(std::vector<std::size_t>{4});
  await_idle(compute);
  const ComputeThread::Status status = compute.status();
  CHECK(status.done == 1);
  CHECK(status.failure == "row 2: planted");
  CHECK_FALSE(status.wants_rows);
}

TEST_CASE("rows of unknown duration are not prefetched", "[compute]") {
  Gate gate;
  ComputeThread compute([&](std::size_t) { gate.pass(); });
  CHECK(compute.status().wants_rows);
  compute.push(std::vector<std::size_t>{1});
  gate.entered.acquire();
  CHECK_FALSE(compute.status().wants_rows);
  gate.open.release();
  await_idle(compute);
}

TEST_CASE("a thread may end with rows waiting", "[compute]") {
  std::atomic<int> ran = 0;
  {
    ComputeThread compute([&](std::size_t) { ++ran; });
    compute.push(std::vector<std::size_t>(100000, 1));
  }
  CHECK(ran <= 100000);
}

TEST_CASE("the pace doubles from short to long sleeps and restarts with an event", "[compute]") {
  const bool idle = GENERATE(false, true);
  CAPTURE(idle);
  Pace pace;
  CHECK(pace.next(true, idle) == Pace::shortest);
  CHECK(pace.next(false, idle) == 2 * Pace::shortest);
  CHECK(pace.next(false, idle) == 4 * Pace::shortest);
  for (int i = 0; i < 20; ++i) pace.next(false, idle);
  CHECK(pace.next(false, idle) == (idle ? Pace::longest_idle : Pace::longest_computing));
  CHECK(pace.next(true, idle) == Pace::shortest);
}

TEST_CASE("a rank that runs dry looks for messages more often at once", "[compute]") {
  Pace pace;
  for (int i = 0; i < 20; ++i) pace.next(false, false);
  CHECK(pace.next(false, true) == Pace::longest_idle);
}

TEST_CASE("the prefetch lead covers a request that finds both sides asleep", "[compute]") {
  CHECK(std::chrono::duration<double>(2 * Pace::longest_computing).count() < prefetch_lead);
}

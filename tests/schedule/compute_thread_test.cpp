#include "schedule/compute_thread.hpp"

#include <atomic>
#include <semaphore>
#include <stdexcept>
#include <vector>

#include "schedule/pace.hpp"
#include "schedule/policy.hpp"
#include "schedule/work.hpp"
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
  bool pass() {
    entered.release();
    open.acquire();
    return true;
  }
};

}  // namespace

TEST_CASE("rows are run in the order pushed", "[compute]") {
  std::vector<std::size_t> ran;
  ComputeThread compute([&](std::size_t row) {
    ran.push_back(row);
    return true;
  });
  compute.push(std::vector<std::size_t>{5, 3});
  compute.push(std::vector<std::size_t>{9});
  await_idle(compute);
  CHECK(ran == std::vector<std::size_t>{5, 3, 9});
  CHECK(compute.status().done == 3);
  CHECK(compute.status().wants_rows);
}

TEST_CASE("waiting rows can be dropped, the running one finishes", "[compute]") {
  Gate gate;
  ComputeThread compute([&](std::size_t) { return gate.pass(); });
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
    return true;
  });
  compute.push(std::vector<std::size_t>{1, 2, 3});
  await_idle(compute);
  compute.push(std::vector<std::size_t>{4});
  await_idle(compute);
  const ComputeThread::Status status = compute.status();
  CHECK(status.done == 1);
  CHECK(status.failure.what == "row 2: planted");
  CHECK_FALSE(status.wants_rows);
}

TEST_CASE("a row that breaks off is not done, and ends what waits", "[compute]") {
  ComputeThread compute([](std::size_t row) { return row != 2; });
  compute.push(std::vector<std::size_t>{1, 2, 3});
  await_idle(compute);
  const ComputeThread::Status status = compute.status();
  CHECK(status.done == 1);
  CHECK_FALSE(status.failure);
}

TEST_CASE("a task goes before the rows that wait, and its exception ends the work", "[compute]") {
  Gate gate;
  std::vector<int> order;
  ComputeThread compute([&](std::size_t row) {
    order.push_back(static_cast<int>(row));
    return gate.pass();
  });
  compute.push(std::vector<std::size_t>{1, 2});
  gate.entered.acquire();
  compute.call([&] {
    order.push_back(0);
    throw flowsweep::InputError("FILE", "planted");
  });
  CHECK_FALSE(compute.status().wants_rows);
  gate.open.release();
  await_idle(compute);
  CHECK(order == std::vector<int>{1, 0});
  CHECK(compute.status().failure.code == flowsweep::ExitCode::bad_input);
  CHECK(compute.status().failure.what == "FILE: planted");
  compute.call([&] { order.push_back(3); });
  await_idle(compute);
  CHECK(order.size() == 2);
}

TEST_CASE("an interruption is requested when its grace is over, and the earliest counts", "[compute]") {
  Interruption interruption;
  CHECK_FALSE(interruption.requested());
  interruption.request_after(1h);
  CHECK_FALSE(interruption.requested());
  interruption.request_after(0s);
  CHECK(interruption.requested());
  interruption.request_after(1h);
  CHECK(interruption.requested());
}

TEST_CASE("rows of unknown duration are not prefetched", "[compute]") {
  Gate gate;
  ComputeThread compute([&](std::size_t) { return gate.pass(); });
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
    ComputeThread compute([&](std::size_t) {
      ++ran;
      return true;
    });
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

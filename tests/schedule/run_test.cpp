#include "schedule/run.hpp"

#include <mpi.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>
#include <mutex>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/rng.hpp"
#include "schedule/message.hpp"
#include "schedule/message_census.hpp"
#include "schedule/mpi_job.hpp"
#include "schedule/policy.hpp"
#include "support/catch.hpp"

using namespace flowsweep::schedule;

namespace {

using RowWork = std::function<void(std::size_t)>;

/// Rows 7, 10, 13, ..: not consecutive, not from 0.
std::vector<std::size_t> spread_rows(std::size_t count) {
  std::vector<std::size_t> rows(count);
  for (std::size_t i = 0; i < count; ++i) rows[i] = 7 + 3 * i;
  return rows;
}

struct Sweep {
  std::vector<std::size_t> rows;
  std::vector<double> costs;
};

Sweep uniform_sweep(std::size_t count) {
  return {spread_rows(count), std::vector<double>(count, 1e-3)};
}

Sweep skewed_sweep(std::size_t count, std::uint64_t seed) {
  flowsweep::CounterRng rng(seed, 1);
  Sweep sweep = uniform_sweep(count);
  for (double& cost : sweep.costs) cost = std::exp(4 * rng.normal());
  return sweep;
}

int sum_over_ranks(int value) {
  int sum = 0;
  MPI_Allreduce(&value, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  return sum;
}

/// What a run did, summed over ranks.
struct Result {
  Outcome outcome;
  std::vector<int> times_run;  ///< [row], on all ranks together
  std::size_t rows_here = 0;
  int rows_run() const { return std::accumulate(times_run.begin(), times_run.end(), 0); }
};

/// Runs the sweep; `work` is called after the row is counted. Only rank 0 knows rows and costs, as in the
/// program.
Result run_sweep(const Sweep& sweep, const RowWork& work = {}, const Options& options = {}) {
  std::vector<int> mine(sweep.rows.empty() ? 1 : sweep.rows.back() + 1, 0);
  const Payload payload = [&](std::size_t row) {
    ++mine.at(row);
    if (work) work(row);
  };
  const bool first = mpi_job().rank() == 0;
  const Sweep given = first ? sweep : Sweep{};
  Result result{run(mpi_job(), given.rows, given.costs, payload, options), std::vector<int>(mine.size()), 0};
  result.rows_here = std::accumulate(mine.begin(), mine.end(), std::size_t{0});
  MPI_Allreduce(mine.data(), result.times_run.data(), static_cast<int>(mine.size()), MPI_INT, MPI_SUM,
                MPI_COMM_WORLD);
  return result;
}

void check_complete(const Sweep& sweep, const Result& result) {
  std::vector<int> expected(result.times_run.size(), 0);
  for (const std::size_t row : sweep.rows) expected[row] = 1;
  CHECK(result.times_run == expected);
  CHECK(result.outcome.error.empty());
  const bool first = mpi_job().rank() == 0;
  if (first) CHECK(result.outcome.complete);
  if (first) CHECK(result.outcome.done == sweep.rows.size());
  if (!first) CHECK(result.outcome.done == result.rows_here);
}

std::size_t chunks_of(const Sweep& sweep) {
  Policy policy(sweep.rows, sweep.costs, mpi_job().ranks());
  std::size_t chunks = 0;
  while (!policy.next_chunk().empty()) ++chunks;
  return chunks;
}

void pause(std::chrono::microseconds span) {
  std::this_thread::sleep_for(span);
}

void wait_for(const std::atomic<bool>& flag) {
  while (!flag) pause(std::chrono::microseconds(100));
}

/// Every row finds its own number and `padding` bytes more.
class FindingRows : public Work {
 public:
  FindingRows(std::size_t rows, std::size_t padding) : rows_(spread_rows(rows)), padding_(padding) {}

  Preparation prepare(int) override { return {"", rows_, std::vector<double>(rows_.size(), 1e-3), {}}; }
  void join(const std::string&) override {}
  bool run(std::size_t row, const Interruption&) override {
    const std::lock_guard lock(mutex_);
    found_ += std::to_string(row) + std::string(padding_, '.') + "\n";
    return true;
  }
  std::string findings() override {
    const std::lock_guard lock(mutex_);
    return std::exchange(found_, {});
  }
  void take(const std::string& findings) override {
    std::istringstream lines(findings);
    for (std::string line; std::getline(lines, line);) {
      taken.push_back(std::stoul(line));
      whole = whole && line.ends_with(std::string(padding_, '.'));
    }
  }
  void leave() override {}
  void conclude(const Outcome&) override { taken_at_end = taken.size(); }
  bool committed(std::size_t) override { return false; }
  void set_aside(std::size_t, int) override {}
  void remember_deaths(std::size_t, int) override {}

  std::vector<std::size_t> taken;
  std::size_t taken_at_end = 0;
  bool whole = true;

 private:
  const std::vector<std::size_t> rows_;
  const std::size_t padding_;
  std::mutex mutex_;
  std::string found_;
};

}  // namespace

TEST_CASE("every row is run exactly once", "[run]") {
  for (const std::size_t count : {0, 1, 2, 3, 5, 100, 5000}) {
    CAPTURE(count);
    const Sweep sweep = uniform_sweep(count);
    check_complete(sweep, run_sweep(sweep));
  }
}

TEST_CASE("every row of skewed costs is run exactly once", "[run]") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    CAPTURE(seed);
    const Sweep sweep = skewed_sweep(700, seed);
    check_complete(sweep, run_sweep(sweep));
  }
}

TEST_CASE("every row is run exactly once when points take longer than a prefetch", "[run]") {
  const Sweep sweep = uniform_sweep(12);
  check_complete(sweep, run_sweep(sweep, [](std::size_t) { pause(std::chrono::milliseconds(12)); }));
}

// Rank 0 finishes its first point only when all others are done: a row that waited behind it would never be.
TEST_CASE("a long point on one rank leaves the rest to the others", "[run]") {
  if (mpi_job().ranks() == 1) return;
  Sweep sweep = uniform_sweep(40);
  double cost = 1;
  for (double& c : sweep.costs) c = cost /= 2;  // never two in a chunk
  std::atomic<bool> others_done = false;
  Options options;
  options.on_progress = [&](const Progress& progress) { others_done = progress.done >= progress.total - 1; };
  const RowWork work = [&](std::size_t) {
    if (mpi_job().rank() == 0) return wait_for(others_done);
    pause(std::chrono::milliseconds(5));  // rank 0 begins once all have asked
  };
  const Result result = run_sweep(sweep, work, options);
  check_complete(sweep, result);
  if (mpi_job().rank() == 0) CHECK(result.rows_here <= 1);
}

TEST_CASE("runs may follow one another at once", "[run]") {
  std::size_t ran = 0;
  std::size_t expected = 0;
  for (std::size_t repeat = 0; repeat < 50; ++repeat) {
    const Sweep sweep = mpi_job().rank() == 0 ? uniform_sweep(repeat % 7) : Sweep{};
    const Outcome outcome = run(mpi_job(), sweep.rows, sweep.costs, [&](std::size_t) { ++ran; }, {});
    if (mpi_job().rank() == 0) CHECK(outcome.complete);
    expected += repeat % 7;
  }
  const int missing = static_cast<int>(expected) - sum_over_ranks(static_cast<int>(ran));
  CHECK(missing == 0);
}

TEST_CASE("runs of different sizes may follow one another", "[run]") {
  for (int repeat = 0; repeat < 20; ++repeat) {
    CAPTURE(repeat);
    const Sweep sweep = uniform_sweep(static_cast<std::size_t>(repeat));
    check_complete(sweep, run_sweep(sweep));
  }
}

TEST_CASE("messages are small, few and point to point", "[run]") {
  const Sweep sweep = uniform_sweep(20000);
  const std::size_t chunks = chunks_of(sweep);
  // A run that takes long, on a loaded machine, adds at most 5 progress reports a second and rank.
  const auto start = std::chrono::steady_clock::now();
  reset_census();
  std::vector<int> seen(sweep.rows.back() + 1, 0);
  const bool first = mpi_job().rank() == 0;
  const Sweep given = first ? sweep : Sweep{};
  const Outcome outcome = run(mpi_job(), given.rows, given.costs, [&](std::size_t row) { ++seen[row]; }, {});
  const MessageCensus counts = census();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;

  CHECK(counts.collectives == 0);
  CHECK(counts.largest < message_limit);
  const std::size_t workers = static_cast<std::size_t>(mpi_job().ranks()) - 1;
  if (first) {
    // Beside each chunk: a request and a report. For each worker: two greetings, the settings, an unanswered
    // request, the order to stop, the answer, the order to go and the good-bye; and two signs of life a
    // second.
    const auto progress_reports = static_cast<std::size_t>(1 + 7 * elapsed.count()) * workers;
    CAPTURE(chunks, workers, progress_reports);
    CHECK(outcome.messages <= (workers > 0 ? 3 * chunks : 0) + 8 * workers + progress_reports);
    CHECK(counts.sent <= (workers > 0 ? chunks : 0) + 4 * workers + progress_reports);
  }
  if (workers == 0) CHECK(counts.sent == 0);
}

TEST_CASE("an exception of the payload stops the run and is reported", "[run]") {
  const Sweep sweep = uniform_sweep(4000);
  for (int culprit = 0; culprit < mpi_job().ranks(); ++culprit) {
    CAPTURE(culprit);
    int started = 0;
    const Result result = run_sweep(sweep, [&](std::size_t row) {
      pause(std::chrono::milliseconds(1));
      if (mpi_job().rank() == culprit && ++started == 2) {
        throw std::runtime_error("planted failure at " + std::to_string(row));
      }
    });
    CHECK(result.rows_run() < 4000);
    if (mpi_job().rank() != 0) continue;
    CHECK_FALSE(result.outcome.complete);
    const std::string rank = "rank " + std::to_string(culprit);
    if (mpi_job().ranks() > 1) CHECK_THAT(result.outcome.error, Catch::Matchers::StartsWith(rank));
    CHECK(result.outcome.code == flowsweep::ExitCode::internal_error);
    CHECK_THAT(result.outcome.error, Catch::Matchers::Contains("planted failure at "));
    CHECK(result.outcome.done == static_cast<std::size_t>(result.rows_run()) - 1);
  }
}

TEST_CASE("exceptions on all ranks at once stop the run", "[run]") {
  const std::string long_text(5000, 'x');
  reset_census();
  const Result result =
      run_sweep(uniform_sweep(100), [&](std::size_t) { throw std::runtime_error(long_text); });
  CHECK(census().largest < message_limit);
  CHECK(result.rows_run() <= mpi_job().ranks());
  if (mpi_job().rank() != 0) return;
  CHECK(result.outcome.done == 0);
  CHECK_FALSE(result.outcome.complete);
  CHECK_THAT(result.outcome.error, Catch::Matchers::Contains("xxxxx"));
}

TEST_CASE("an exception of unknown type is an error too", "[run]") {
  const Result result = run_sweep(uniform_sweep(1), [](std::size_t) { throw 1; });
  if (mpi_job().rank() == 0) CHECK_THAT(result.outcome.error, Catch::Matchers::Contains("unknown type"));
}

// Rank 0 asks for the stop, in its first point, which lasts until the stop has been obeyed.
TEST_CASE("a stop lets running points finish and starts no more", "[run]") {
  std::atomic<bool> running = false;
  std::atomic<bool> obeyed = false;
  bool asked = false;
  Options options;
  options.stop_requested = [&] { return asked = mpi_job().rank() == 0 && running.load(); };
  options.on_progress = [&](const Progress&) { obeyed = asked; };
  const RowWork work = [&](std::size_t) {
    running = true;
    if (mpi_job().rank() == 0) return wait_for(obeyed);
    pause(std::chrono::milliseconds(1));
  };
  const Result result = run_sweep(uniform_sweep(4000), work, options);
  CHECK(result.rows_run() < 4000);
  if (mpi_job().rank() != 0) return;
  CHECK(result.rows_here == 1);
  CHECK(result.outcome.error.empty());
  CHECK_FALSE(result.outcome.complete);
  CHECK(result.outcome.done == static_cast<std::size_t>(result.rows_run()));  // what started was finished
}

TEST_CASE("a stop before the first row", "[run]") {
  Options options;
  options.stop_requested = [] { return true; };
  const Result result = run_sweep(
      uniform_sweep(1000), [](std::size_t) { pause(std::chrono::milliseconds(1)); }, options);
  CHECK(result.rows_run() < 1000);
  if (mpi_job().rank() == 0) CHECK_FALSE(result.outcome.complete);
}

TEST_CASE("progress ends with all rows and all cost", "[run]") {
  const Sweep sweep = skewed_sweep(300, 5);
  Options options;
  std::vector<Progress> shown;
  const auto main_thread = std::this_thread::get_id();
  bool on_main_thread = true;
  options.on_progress = [&](const Progress& progress) {
    shown.push_back(progress);
    on_main_thread = on_main_thread && std::this_thread::get_id() == main_thread;
  };
  check_complete(sweep, run_sweep(sweep, {}, options));
  if (mpi_job().rank() != 0) {
    CHECK(shown.empty());
    return;
  }
  REQUIRE_FALSE(shown.empty());
  CHECK(on_main_thread);
  CHECK(shown.back().done == 300);
  CHECK(shown.back().total == 300);
  CHECK(shown.back().done_cost == Approx(shown.back().total_cost));
  CHECK(shown.back().elapsed > 0);
  for (std::size_t i = 1; i < shown.size(); ++i) CHECK(shown[i].done >= shown[i - 1].done);
}

TEST_CASE("an exception of a callback stops the run", "[run]") {
  Options options;
  options.on_progress = [](const Progress&) { throw std::runtime_error("planted in progress"); };
  const Result result = run_sweep(
      uniform_sweep(1000), [](std::size_t) { pause(std::chrono::milliseconds(1)); }, options);
  if (mpi_job().rank() != 0) return;
  CHECK_FALSE(result.outcome.complete);
  CHECK(result.outcome.error == "rank 0: planted in progress");
}

TEST_CASE("what rows find reaches rank 0 once and whole, before the run is concluded", "[run]") {
  const std::size_t padding = GENERATE(0, 1890, 5000);  // of one message, of two, of several
  CAPTURE(padding);
  constexpr std::size_t count = 60;
  FindingRows work(count, padding);
  const Outcome outcome = run(mpi_job(), work, Options{});
  CHECK(outcome.error.empty());
  if (mpi_job().rank() != 0) return;
  CHECK(outcome.complete);
  CHECK(work.taken_at_end == count);
  CHECK(work.whole);
  std::sort(work.taken.begin(), work.taken.end());
  CHECK(work.taken == spread_rows(count));
}

#include "schedule/policy.hpp"

#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <stdexcept>
#include <vector>

#include "core/rng.hpp"
#include "support/catch.hpp"

using namespace flowsweep::schedule;

namespace {

/// Rounding of sums of costs.
constexpr double rounding = 1e-12;

std::vector<double> lognormal_costs(std::size_t count, std::uint64_t seed) {
  flowsweep::CounterRng rng(seed, 1);
  std::vector<double> costs(count);
  for (double& cost : costs) cost = std::exp(3 * rng.normal());
  return costs;
}

std::vector<std::size_t> numbered(std::size_t count) {
  std::vector<std::size_t> rows(count);
  std::iota(rows.begin(), rows.end(), std::size_t{100});
  return rows;
}

Policy policy_of(const std::vector<double>& costs, int ranks) {
  return {numbered(costs.size()), costs, ranks};
}

std::vector<std::vector<CostedRow>> all_chunks(Policy policy) {
  std::vector<std::vector<CostedRow>> chunks;
  while (!policy.empty()) chunks.push_back(policy.next_chunk());
  return chunks;
}

double cost_of(const std::vector<CostedRow>& rows) {
  return std::accumulate(rows.begin(), rows.end(), 0.0,
                         [](double sum, const CostedRow& p) { return sum + p.cost; });
}

std::vector<std::size_t> row_numbers(const std::vector<CostedRow>& rows) {
  std::vector<std::size_t> numbers;
  for (const CostedRow& point : rows) numbers.push_back(point.row);
  return numbers;
}

}  // namespace

TEST_CASE("the policy hands out every row once, longest first", "[policy]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4);
  const int ranks = GENERATE(1, 2, 7, 1000);
  CAPTURE(seed, ranks);
  const std::vector<double> costs = lognormal_costs(3000, seed);
  std::set<std::size_t> seen;
  double last_cost = std::numeric_limits<double>::infinity();
  std::size_t handed_out = 0;
  for (const auto& chunk : all_chunks(policy_of(costs, ranks))) {
    for (const CostedRow& point : chunk) {
      if (point.cost > last_cost || point.cost != costs[point.row - 100])
        FAIL("row " << point.row << " out of order");
      last_cost = point.cost;
      seen.insert(point.row);
      ++handed_out;
    }
  }
  CHECK(handed_out == 3000);
  CHECK(seen.size() == 3000);
  CHECK(*seen.begin() == 100);
  CHECK(*seen.rbegin() == 3099);
}

TEST_CASE("a chunk costs at most the remaining cost / (4 x ranks), or is a single row", "[policy]") {
  const std::uint64_t seed = GENERATE(11, 12);
  const int ranks = GENERATE(1, 3, 64);
  CAPTURE(seed, ranks);
  Policy policy = policy_of(lognormal_costs(5000, seed), ranks);
  bool some_filled = false;
  while (!policy.empty()) {
    const double share = policy.remaining_cost() / (4 * ranks);
    const auto chunk = policy.next_chunk();
    REQUIRE_FALSE(chunk.empty());
    REQUIRE(chunk.size() <= chunk_limit);
    if (chunk.size() > 1) REQUIRE(cost_of(chunk) <= share * (1 + rounding));
    some_filled = some_filled || chunk.size() > 1;
  }
  CHECK(some_filled);
}

TEST_CASE("chunks of equal rows shrink from the limit to single rows", "[policy]") {
  const auto chunks = all_chunks(policy_of(std::vector<double>(5000, 0.5), 2));
  CHECK(chunks.front().size() == chunk_limit);  // not 5000 / 8
  std::size_t singles = 0;
  for (std::size_t i = 1; i < chunks.size(); ++i) {
    CHECK(chunks[i].size() <= chunks[i - 1].size());
    if (chunks[i].size() == 1) ++singles;
  }
  CHECK(singles >= 14);  // once less than 16 rows remain, an eighth of them is less than two
  CHECK(singles <= 15);
}

TEST_CASE("chunks are as large as their share allows", "[policy]") {
  const auto chunks = all_chunks(policy_of(std::vector<double>(400, 0.25), 2));
  CHECK(chunks[0].size() == 50);
  CHECK(chunks[1].size() == 43);  // floor(350 / 8)
}

TEST_CASE("rows of equal cost keep their order", "[policy]") {
  Policy policy(std::vector<std::size_t>{9, 4, 7}, std::vector<double>{1, 2, 1}, 1000);
  CHECK(row_numbers(policy.next_chunk()) == std::vector<std::size_t>{4});
  CHECK(row_numbers(policy.next_chunk()) == std::vector<std::size_t>{9});
  CHECK(row_numbers(policy.next_chunk()) == std::vector<std::size_t>{7});
  CHECK(policy.next_chunk().empty());
}

TEST_CASE("requeued rows come first, longest first, and count again", "[policy]") {
  Policy policy = policy_of({10, 9, 8, 7, 6}, 100);
  const auto first = policy.next_chunk();
  const auto second = policy.next_chunk();
  CHECK(policy.remaining_cost() == Approx(21));
  const std::vector<CostedRow> lost{second[0], first[0]};
  policy.requeue(lost);
  CHECK(policy.remaining_cost() == Approx(40));
  std::vector<std::size_t> order;
  while (!policy.empty()) order.push_back(policy.next_chunk().at(0).row);
  CHECK(order == std::vector<std::size_t>{100, 101, 102, 103, 104});
}

TEST_CASE("cheap requeued rows precede dearer ones that wait", "[policy]") {
  Policy policy = policy_of({10, 9, 8}, 100);
  policy.requeue(std::vector<CostedRow>{{7, 0.5}});
  CHECK(policy.next_chunk().at(0).row == 7);
  CHECK(policy.next_chunk().at(0).row == 100);
}

TEST_CASE("rows may be requeued after the last one went out", "[policy]") {
  Policy policy = policy_of({1}, 2);
  const auto last = policy.next_chunk();
  CHECK(policy.empty());
  CHECK(policy.remaining_cost() == 0);
  policy.requeue(last);
  CHECK_FALSE(policy.empty());
  CHECK(policy.next_chunk().at(0).row == 100);
}

TEST_CASE("impossible costs are planned with", "[policy]") {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> costs(600, std::numeric_limits<double>::max());  // their sum overflows
  for (const double odd : {nan, infinity, 0.0, -1.0, -infinity, std::numeric_limits<double>::denorm_min()}) {
    costs.push_back(odd);
  }
  Policy policy = policy_of(costs, 3);
  CHECK(std::isfinite(policy.remaining_cost()));
  std::set<std::size_t> seen;
  while (!policy.empty()) {
    const auto chunk = policy.next_chunk();
    REQUIRE_FALSE(chunk.empty());
    for (const CostedRow& point : chunk) {
      CHECK(point.cost > 0);
      seen.insert(point.row);
    }
  }
  CHECK(seen.size() == costs.size());
  CHECK(planning_cost(nan) == planning_cost(infinity));
  CHECK(planning_cost(-1) == planning_cost(0));
  CHECK(planning_cost(0.25) == 0.25);
}

TEST_CASE("cheap rows after dear ones keep their weight", "[policy]") {
  std::vector<double> costs(400, 1e-9);
  costs.push_back(1e12);  // 1e12 + 1e-9 == 1e12 in double precision
  Policy policy = policy_of(costs, 2);
  CHECK(policy.next_chunk().size() == 1);
  CHECK(policy.next_chunk().size() == 50);  // an eighth of the cheap ones
}

TEST_CASE("a rank asks for more when its rows are nearly done", "[policy]") {
  const double lead = prefetch_lead;
  CHECK(prefetch_due(lead, 0, 0));
  CHECK_FALSE(prefetch_due(2 * lead, 0, 0.5 * lead));
  CHECK(prefetch_due(2 * lead, 0, 1.5 * lead));
  CHECK(prefetch_due(2 * lead, 0, 100 * lead));  // it takes longer than its neighbours did
  CHECK(prefetch_due(lead / 4, 3, 0));
  CHECK_FALSE(prefetch_due(lead / 4, 5, 0));
  CHECK_FALSE(prefetch_due(lead / 4, 5, 100 * lead));  // those that wait count in full
  CHECK(prefetch_due(1e-9, chunk_limit, 0));
  CHECK_FALSE(prefetch_due(1e-9, chunk_limit + 1, 0));
}

TEST_CASE("rows above the limit are skipped for smaller ones", "[policy]") {
  Policy policy = policy_of({10, 9, 8, 2, 1}, 100);
  CHECK(row_numbers(policy.next_chunk({8.5})) == std::vector<std::size_t>{102});
  CHECK(row_numbers(policy.next_chunk({8.5})) == std::vector<std::size_t>{103});
  CHECK(policy.next_chunk({0.5}).empty());
  CHECK_FALSE(policy.empty());
  CHECK(row_numbers(policy.next_chunk({1})) == std::vector<std::size_t>{104});
  CHECK(policy.next_chunk({8.5}).empty());
  CHECK_FALSE(policy.empty());
}

TEST_CASE("skipped rows come back, longest first, once the limit allows them", "[policy]") {
  Policy policy = policy_of({10, 9, 8, 1}, 100);
  CHECK(row_numbers(policy.next_chunk({2})) == std::vector<std::size_t>{103});
  CHECK(policy.next_chunk({7}).empty());
  CHECK(row_numbers(policy.next_chunk({9.5})) == std::vector<std::size_t>{101});
  CHECK(row_numbers(policy.next_chunk({100})) == std::vector<std::size_t>{102});
  CHECK(row_numbers(policy.next_chunk({100})) == std::vector<std::size_t>{100});
  CHECK(policy.empty());
}

TEST_CASE("rows that no limit could hold go out alone", "[policy]") {
  const std::vector<std::size_t> rows{100, 101, 102, 103};
  const std::vector<double> costs{50, 40, 9, 2};
  Policy policy(rows, costs, 1);
  CHECK(row_numbers(policy.next_chunk({3, 45})) == std::vector<std::size_t>{100});
  CHECK(row_numbers(policy.next_chunk({3, 45})) == std::vector<std::size_t>{103});
  CHECK(policy.next_chunk({3, 45}).empty());
  CHECK(row_numbers(policy.next_chunk({10, 45})) == std::vector<std::size_t>{102});
  CHECK(row_numbers(policy.next_chunk({100, 200})) == std::vector<std::size_t>{101});
}

TEST_CASE("a whole chunk keeps to the limit", "[policy]") {
  Policy policy = policy_of(std::vector<double>(1000, 1.0), 1);
  CHECK(policy.next_chunk().size() == 250);
  CHECK(policy.next_chunk({7.5}).size() == 7);
  CHECK(policy.next_chunk({1}).size() == 1);
  CHECK(policy.next_chunk({0}).empty());
  CHECK(policy.next_chunk({-1}).empty());
}

TEST_CASE("with any limits every row goes out once", "[policy]") {
  const std::uint64_t seed = GENERATE(21, 22, 23);
  CAPTURE(seed);
  flowsweep::CounterRng rng(seed, 2);
  Policy policy = policy_of(lognormal_costs(2000, seed), 4);
  std::multiset<std::size_t> seen;
  for (int turn = 0; turn < 20000 && !policy.empty(); ++turn) {
    const double limit = std::exp(6 * rng.normal());
    const auto chunk = policy.next_chunk({limit});
    if (!chunk.empty()) REQUIRE(cost_of(chunk) <= limit * (1 + rounding));
    for (const CostedRow& point : chunk) seen.insert(point.row);
  }
  while (!policy.empty())
    for (const CostedRow& point : policy.next_chunk()) seen.insert(point.row);
  CHECK(seen.size() == 2000);
  CHECK(std::set(seen.begin(), seen.end()).size() == 2000);
}

TEST_CASE("suspects go out one at a time and only when asked for", "[policy]") {
  Policy policy = policy_of({3, 2}, 100);
  policy.suspect({7, 5.0});
  policy.suspect({8, 4.0});
  CHECK(policy.suspects() == 2);
  CHECK(row_numbers(policy.next_chunk()) == std::vector<std::size_t>{100});
  CHECK(row_numbers(policy.next_chunk()) == std::vector<std::size_t>{101});
  CHECK(policy.next_chunk().empty());
  CHECK(row_numbers(policy.next_suspect({4.5})) == std::vector<std::size_t>{8});
  CHECK(policy.next_suspect({4.5}).empty());
  CHECK(row_numbers(policy.next_suspect()) == std::vector<std::size_t>{7});
  CHECK(policy.suspects() == 0);
}

TEST_CASE("a policy needs a rank, and a cost for each row", "[policy]") {
  CHECK_THROWS_AS(policy_of({1, 2}, 0), std::invalid_argument);
  CHECK_THROWS_AS(Policy(numbered(2), std::vector<double>{1}, 1), std::invalid_argument);
  CHECK(policy_of({}, 1).empty());
}

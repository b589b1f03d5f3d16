#include "schedule/simulation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "core/rng.hpp"
#include "schedule/policy.hpp"
#include "support/catch.hpp"

using namespace flowsweep::schedule;

namespace {

/// Rounding of sums of up to 1e5 times.
constexpr double rounding = 1e-9;

constexpr DispatchCosts free_of_cost{0, 0, 0, 0};

double sum(const std::vector<double>& costs) {
  return std::accumulate(costs.begin(), costs.end(), 0.0);
}

std::vector<double> lognormal_costs(std::size_t count, double width, std::uint64_t seed) {
  flowsweep::CounterRng rng(seed, 1);
  std::vector<double> costs(count);
  for (double& cost : costs) cost = std::exp(width * rng.normal());
  return costs;
}

}  // namespace

TEST_CASE("one rank takes the sum of all costs", "[simulation]") {
  const std::vector<double> costs = lognormal_costs(1000, 2, 3);
  const DispatchCosts dispatch{
      .start_seconds = 0.5, .dispatch_seconds = 7, .latency_seconds = 11, .commit_seconds = 0.25};
  const Prediction one = simulate(costs, 1, dispatch);
  CHECK(one.makespan == Approx(0.5 + sum(costs) + 1000 * 0.25).epsilon(rounding));
  CHECK(one.efficiency == Approx(sum(costs) / one.makespan).epsilon(rounding));
  CHECK(one.idle_tail == 0);
}

TEST_CASE("equal points without overhead scale perfectly", "[simulation]") {
  const int ranks = GENERATE(2, 10, 100);
  CAPTURE(ranks);
  const Prediction many = simulate(std::vector<double>(20000, 0.5), ranks, free_of_cost);
  CHECK(many.makespan == Approx(20000 * 0.5 / ranks).epsilon(rounding));
  CHECK(many.efficiency == Approx(1).epsilon(rounding));
  CHECK(many.idle_tail == Approx(0).margin(1e-6));
}

TEST_CASE("more ranks than points", "[simulation]") {
  const Prediction few = simulate(std::vector<double>{3, 1, 2}, 8, free_of_cost);
  CHECK(few.makespan == Approx(3));
  CHECK(few.efficiency == Approx(6.0 / (8 * 3)));
  CHECK(few.idle_tail == Approx(3));  // five ranks never worked
  CHECK(few.chunks == 3);
}

TEST_CASE("no points", "[simulation]") {
  const Prediction none = simulate({}, 4, DispatchCosts{.start_seconds = 0.5});
  CHECK(none.makespan == 0.5);
  CHECK(none.efficiency == 0);
  CHECK(none.chunks == 0);
}

// List scheduling ends within the longest point of the mean load: no rank may run dry earlier than that
// (Graham 1966). Chunks change nothing, for each but a single one holds at most a fourth of a rank's share of
// what was left; prefetching adds its lead.
TEST_CASE("the makespan is near the lower bound of any schedule", "[simulation]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4, 5);
  const double width = GENERATE(0.5, 2.0);
  const int ranks = GENERATE(2, 16, 200);
  CAPTURE(seed, width, ranks);
  const std::vector<double> costs = lognormal_costs(5000, width, seed);
  const double longest = *std::ranges::max_element(costs);
  const double mean_load = sum(costs) / ranks;
  const Prediction prediction = simulate(costs, ranks, free_of_cost);
  CHECK(prediction.makespan >= std::max(longest, mean_load) * (1 - rounding));
  CHECK(prediction.makespan <= mean_load + longest + prefetch_lead);
}

TEST_CASE("a point much longer than the rest bounds the makespan alone", "[simulation]") {
  std::vector<double> costs(1000, 0.01);
  costs[500] = 100;
  CHECK(simulate(costs, 4, free_of_cost).makespan == Approx(100).epsilon(rounding));
}

TEST_CASE("prefetching hides latency that is shorter than its lead", "[simulation]") {
  const std::vector<double> costs(4000, 0.05);
  DispatchCosts dispatch = free_of_cost;
  dispatch.latency_seconds = prefetch_lead / 2;
  const double ideal = 4000 * 0.05 / 4;
  // Only the first request of each rank waits.
  CHECK(simulate(costs, 4, dispatch).makespan <= ideal + 0.05 + dispatch.latency_seconds);
  CHECK(simulate(costs, 4, dispatch).makespan > ideal);
  dispatch.latency_seconds = 1;
  CHECK(simulate(costs, 4, dispatch).makespan > ideal + 10);
}

TEST_CASE("rank 0's dispatch is the bottleneck of tiny points on many ranks", "[simulation]") {
  const std::vector<double> costs(20000, 1e-3);
  DispatchCosts dispatch = free_of_cost;
  dispatch.dispatch_seconds = 1e-2;
  const Prediction prediction = simulate(costs, 10000, dispatch);
  // Each of the remote ranks' single-row chunks takes rank 0 its 10 ms, while rank 0 computes 10 rows.
  CHECK(prediction.makespan > 0.8 * 20000 * 1e-2 / 11);
  CHECK(prediction.efficiency < 0.01);
}

TEST_CASE("a simulated run has the chunks of the policy", "[simulation]") {
  const std::vector<double> costs = lognormal_costs(3000, 1, 9);
  std::vector<std::size_t> rows(costs.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  Policy policy(rows, costs, 12);
  std::size_t chunks = 0;
  while (!policy.next_chunk().empty()) ++chunks;
  CHECK(simulate(costs, 12, DispatchCosts{}).chunks == chunks);
}

TEST_CASE("impossible costs and rank counts", "[simulation]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isfinite(simulate(std::vector<double>{nan, 1, -1}, 2, DispatchCosts{}).makespan));
  CHECK_THROWS_AS(simulate(std::vector<double>{1}, 0, DispatchCosts{}), std::invalid_argument);
  CHECK_THROWS_AS(simulate(std::vector<double>{1}, -1, DispatchCosts{}), std::invalid_argument);
}

TEST_CASE("a hundred thousand ranks", "[simulation]") {
  const std::vector<double> costs(200000, 10.0);
  const Prediction prediction = simulate(costs, 100000, DispatchCosts{.dispatch_seconds = 1e-6});
  CHECK(prediction.makespan == Approx(20.5).epsilon(0.02));
  CHECK(prediction.chunks == 200000);
}

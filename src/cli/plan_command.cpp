#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <thread>

#include "cli/commands.hpp"
#include "cli/progress.hpp"
#include "cli/requested_sweep.hpp"
#include "cli/size_text.hpp"
#include "cli/sweep_estimate.hpp"
#include "schedule/simulation.hpp"

namespace flowsweep::cli {
namespace {

struct RankPlan {
  int ranks;
  schedule::Prediction prediction;
};

struct Plan {
  std::size_t points, duplicates, excluded;
  double cost, largest_cost;  ///< seconds on one core
  std::uint64_t store_bytes, free_bytes, memory_bytes;
  std::vector<RankPlan> ranks;
};

// 1, 2, 4, .. and the number asked for.
std::vector<int> rank_counts(int most) {
  std::vector<int> counts;
  for (std::int64_t ranks = 1; ranks < most; ranks *= 2) counts.push_back(static_cast<int>(ranks));
  counts.push_back(most);
  return counts;
}

Plan plan_of(const sweep::Sweep& sweep, const SweepEstimate& estimate, int ranks) {
  const std::vector<double>& costs = estimate.costs;
  Plan plan{sweep.grid.size(),
            sweep.grid.duplicates,
            sweep.grid.excluded,
            std::accumulate(costs.begin(), costs.end(), 0.0),
            costs.empty() ? 0 : *std::ranges::max_element(costs),
            estimate.store_bytes,
            estimate.free_bytes,
            estimate.memory_bytes,
            {}};
  for (const int count : rank_counts(ranks))
    plan.ranks.push_back({count, schedule::simulate(costs, count, schedule::measured_costs(count))});
  return plan;
}

std::string in_words(const Plan& plan, const sweep::Sweep& sweep) {
  std::string text = fmt::format(
      "sweep         {}{}\n"
      "points        {} ({} duplicates and {} excluded combinations dropped)\n"
      "work          {} on one core, longest point {}\n"
      "store         {} ({} free there{})\n"
      "memory        {} a rank\n"
      "\n"
      "     ranks        makespan   efficiency    idle at end   chunks\n",
      sweep.name, sweep.shard.whole() ? "" : fmt::format(", shard {}", to_text(sweep.shard)), plan.points,
      plan.duplicates, plan.excluded, duration_text(plan.cost), duration_text(plan.largest_cost),
      size_text(plan.store_bytes), size_text(plan.free_bytes),
      plan.free_bytes < plan.store_bytes ? ": TOO LITTLE" : "", size_text(plan.memory_bytes));
  for (const auto& [ranks, p] : plan.ranks)
    text += fmt::format("{:>10} {:>15} {:>10.1f} % {:>14} {:>8}\n", ranks, duration_text(p.makespan),
                        100 * p.efficiency, duration_text(p.idle_tail), p.chunks);
  return text;
}

std::string as_json(const Plan& plan, const sweep::Sweep& sweep) {
  nlohmann::ordered_json json = {{"sweep", sweep.name},
                                 {"shard", to_text(sweep.shard)},
                                 {"points", plan.points},
                                 {"duplicates", plan.duplicates},
                                 {"excluded", plan.excluded},
                                 {"cost_seconds", plan.cost},
                                 {"largest_cost_seconds", plan.largest_cost},
                                 {"store_bytes", plan.store_bytes},
                                 {"free_bytes", plan.free_bytes},
                                 {"memory_bytes_per_rank", plan.memory_bytes},
                                 {"ranks", nlohmann::ordered_json::array()}};
  for (const auto& [ranks, p] : plan.ranks)
    json["ranks"].push_back({{"ranks", ranks},
                             {"makespan_seconds", p.makespan},
                             {"efficiency", p.efficiency},
                             {"idle_tail_seconds", p.idle_tail},
                             {"chunks", p.chunks}});
  return json.dump(2) + "\n";
}

ExitCode run(const Arguments& arguments) {
  const sweep::Sweep sweep = requested_sweep(arguments);
  const auto cores = static_cast<std::int64_t>(std::max(1U, std::thread::hardware_concurrency()));
  const int ranks = static_cast<int>(arguments.integer("ranks", 1, most_ranks).value_or(cores));
  const Plan plan = plan_of(
      sweep, estimate(sweep, wanted_theorems(sweep, {}), arguments.text("output", sweep.name + ".h5")),
      ranks);
  fmt::print("{}", arguments.given("json") ? as_json(plan, sweep) : in_words(plan, sweep));
  return ExitCode::success;
}

}  // namespace

const Command& plan_command() {
  static const Command command = {
      "plan",
      "Say what a sweep would take: points, time, memory and space; run nothing.",
      "Expands the sweep file, sums the predicted cost of its points, and runs the scheduling policy of "
      "`run` in a simulation at 1, 2, 4, .. ranks with the measured cost of a dispatch, to predict makespan "
      "and efficiency. Costs are those of the machine the cost model was measured on; `flowsweep bench` "
      "prints the figures of this one.\n"
      "Exit code 0; 2: bad sweep file.",
      {{"SWEEP", "Sweep file."}},
      {{"ranks", 0, "N", "Simulate up to N ranks, 1 to 1000000; without it the cores of this machine."},
       {"output", 'o', "STORE",
        "Look for free space where this store would lie; without it the current folder."},
       {"set", 0, "S.K=V", "Replace or add the key K of section S of the sweep file.", true},
       shard_option(),
       {"json", 0, "", "Print a JSON object."}},
      run};
  return command;
}

}  // namespace flowsweep::cli

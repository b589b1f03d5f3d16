#include "cli/allocation.hpp"

#include <algorithm>
#include <cmath>

#include "schedule/simulation.hpp"

namespace flowsweep::cli {
namespace {

constexpr double desired_makespan = 600;  // below that, more ranks save nobody's time
// The cost model is right within a factor of two for a sweep, and the nodes may be slower than the machine
// that it was measured on.
constexpr double time_margin = 3;
constexpr std::int64_t minute = 60, start_up = 5 * minute, shortest = 10 * minute, longest = 24 * 60 * minute;
constexpr std::int64_t usual_warning = 2 * minute;
constexpr std::uint64_t megabyte = 1'000'000, memory_margin = 2, memory_step = 256;
constexpr double merge_bytes_a_second = 10e6;  // slow shared disks

double makespan(std::span<const double> costs, std::int64_t ranks) {
  const int count = static_cast<int>(ranks);
  return schedule::simulate(costs, count, schedule::measured_costs(count)).makespan;
}

std::int64_t useful_ranks(std::span<const double> costs, std::int64_t most) {
  std::int64_t ranks = 1;
  while (ranks < most && makespan(costs, ranks) > desired_makespan) ranks = std::min(2 * ranks, most);
  return ranks;
}

std::int64_t whole_minutes(double seconds) {
  return static_cast<std::int64_t>(std::ceil(std::min(seconds, static_cast<double>(longest)) / minute)) *
         minute;
}

std::int64_t memory_megabytes(std::uint64_t bytes) {
  const std::uint64_t steps = memory_margin * bytes / (memory_step * megabyte) + 1;
  return static_cast<std::int64_t>(steps * memory_step);
}

}  // namespace

Allocation allocate(std::span<const double> costs, std::uint64_t memory_bytes,
                    const AllocationWishes& wishes) {
  Allocation result;
  result.nodes = wishes.nodes.value_or(1);
  const std::int64_t tasks = wishes.nodes ? wishes.cores : useful_ranks(costs, wishes.cores);
  result.tasks_per_node = wishes.tasks_per_node.value_or(tasks);
  result.makespan = makespan(costs, result.ranks());
  const std::int64_t margin = whole_minutes(time_margin * result.makespan + start_up);
  result.seconds = wishes.seconds.value_or(std::clamp(margin, shortest, longest));
  result.warning = std::min(usual_warning, result.seconds / 2);
  result.memory_megabytes = memory_megabytes(memory_bytes);
  return result;
}

Allocation allocate_merge(std::uint64_t store_bytes, std::uint64_t memory_bytes) {
  Allocation result;
  result.makespan = static_cast<double>(store_bytes) / merge_bytes_a_second;
  result.seconds = std::clamp(whole_minutes(result.makespan + start_up), shortest, longest);
  result.memory_megabytes = memory_megabytes(memory_bytes);
  return result;
}

}  // namespace flowsweep::cli

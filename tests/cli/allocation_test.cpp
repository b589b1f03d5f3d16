#include "cli/allocation.hpp"

#include <vector>

#include "support/catch.hpp"

namespace flowsweep::cli {
namespace {

constexpr std::uint64_t some_memory = 50'000'000;

}  // namespace

TEST_CASE("no more ranks are asked for than save time") {
  AllocationWishes wishes;
  wishes.cores = 64;
  const std::vector<double> short_sweep(1000, 0.01), long_sweep(100'000, 0.1), one_point = {7200};
  CHECK(allocate(short_sweep, some_memory, wishes).ranks() == 1);
  const Allocation many = allocate(long_sweep, some_memory, wishes);
  CHECK(many.nodes == 1);
  CHECK(many.ranks() == 32);  // 10,000 s of work in less than ten minutes
  CHECK(many.makespan < 600);
  wishes.cores = 6;
  CHECK(allocate(long_sweep, some_memory, wishes).ranks() == 6);
  CHECK(allocate(one_point, some_memory, wishes).ranks() <= 6);
}

TEST_CASE("wishes are kept") {
  const std::vector<double> costs(1000, 0.01);
  const Allocation all =
      allocate(costs, some_memory, {.nodes = 3, .tasks_per_node = 5, .seconds = 7200, .cores = 8});
  CHECK((all.nodes == 3 && all.tasks_per_node == 5 && all.seconds == 7200));
  CHECK(allocate(costs, some_memory, {.nodes = 3, .cores = 8}).ranks() == 24);
  CHECK(allocate(costs, some_memory, {.tasks_per_node = 5, .cores = 2}).ranks() == 5);
}

TEST_CASE("the time limit has a margin, whole minutes and bounds") {
  const AllocationWishes one_rank{.tasks_per_node = 1};
  CHECK(allocate(std::vector<double>{1}, some_memory, one_rank).seconds == 600);
  const Allocation hour = allocate(std::vector<double>{3601}, some_memory, one_rank);
  CHECK(hour.seconds >= 3 * 3601 + 300);
  CHECK(hour.seconds < 3 * 3601 + 300 + 120);
  CHECK(hour.seconds % 60 == 0);
  CHECK(allocate(std::vector<double>{1e7}, some_memory, one_rank).seconds == 24 * 3600);
}

TEST_CASE("the warning comes well within the time limit") {
  const std::vector<double> costs = {1};
  CHECK(allocate(costs, some_memory, {.seconds = 3600}).warning == 120);
  CHECK(allocate(costs, some_memory, {.seconds = 60}).warning == 30);
}

TEST_CASE("memory is twice what a rank takes, in steps") {
  const std::vector<double> costs = {1};
  CHECK(allocate(costs, some_memory, {}).memory_megabytes == 256);
  CHECK(allocate(costs, 1'000'000'000, {}).memory_megabytes == 2048);
  CHECK(allocate_merge(0, some_memory).memory_megabytes == 256);
}

TEST_CASE("a merge gets time for its bytes") {
  CHECK(allocate_merge(0, some_memory).seconds == 600);
  CHECK(allocate_merge(100'000'000'000, some_memory).seconds > 10'000);
  CHECK(allocate_merge(0, some_memory).ranks() == 1);
}

}  // namespace flowsweep::cli

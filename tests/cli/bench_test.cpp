#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "cli/bench.hpp"
#include "cli/bench_figure.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::cli;

namespace {

// Counts that do not depend on the machine's speed.
constexpr double most_evaluations = 657;        // of the exact flow d = 5, T = 100
constexpr double most_evaluations_ratio = 1.2;  // of T = 1e6 over T = 100
constexpr double most_restart_ratio = 1.25;     // of a long flow's work
constexpr double most_bytes = 100e6;            // of any measured piece at --quick's sizes
constexpr double most_bytes_a_point =
    30e3;  // 64 records, 12 observables, the theorems about it, the file's own part

const std::set<std::string> every_key = {
    "exact_flow",
    "exact_flow_long_context",
    "exact_flow_large_diagonal",
    "exact_flow_large_dense",
    "all_blocks_flow_d5",
    "all_blocks_flow_d16",
    "all_blocks_gradient_d5",
    "all_blocks_gradient_d16",
    "all_blocks_product_d5",
    "all_blocks_product_d16",
    "listed_gradient_d5",
    "listed_product_d5",
    "samples_moments",
    "population_gradient_d2",
    "population_gradient_d5",
    "population_gradient_d8",
    "population_gradient_d16",
    "population_gradient_d64",
    "population_product_d2",
    "population_product_d5",
    "population_product_d8",
    "population_product_d16",
    "population_product_d64",
    "empirical_gradient_double",
    "empirical_gradient_float",
    "empirical_growth_n",
    "empirical_growth_t",
    "empirical_growth_d",
    "statistics_building",
    "statistics_gradient",
    "statistics_product",
    "statistics_gradient_ba",
    "softmax_gradient",
    "softmax_negative_gradient",
    "transformer_gradient",
    "three_layer_gradient",
    "softmax_training",
    "dispatch_and_commit",
    "commit_process_death",
    "commit_power_loss",
    "checksums",
    "verify",
    "checkpoint_d5",
    "checkpoint_d8",
    "restarts",
};

nlohmann::json quick_bench() {
  int argc = 0;
  char** argv = nullptr;
  const schedule::Mpi mpi(argc, argv);
  std::ostringstream out;
  bench(mpi, {.json = true, .quick = true}, out);
  return nlohmann::json::parse(out.str());
}

void check_figure(const std::string& key, const nlohmann::json& figure) {
  CAPTURE(key, figure.dump());
  CHECK_FALSE(figure["what"].get<std::string>().empty());
  CHECK_FALSE(figure["size"].get<std::string>().empty());
  CHECK_FALSE(figure["unit"].get<std::string>().empty());
  CHECK(figure["repetitions"].get<int>() >= 1);
  CHECK(figure["smallest"].get<double>() > 0);
  CHECK(figure["median"].get<double>() >= figure["smallest"].get<double>());
  CHECK(figure["median"].get<double>() <= figure["largest"].get<double>());
  for (const char* name : {"allocated_bytes", "peak_growth_bytes"})
    if (figure["counts"].contains(name) && figure["counts"][name].is_number())
      CHECK(figure["counts"][name].get<double>() <= most_bytes);
}

}  // namespace

TEST_CASE("bench measures everything it promises, and its counts are within bounds", "[cli][bench]") {
  const nlohmann::json json = quick_bench();
  for (const char* name : {"processor", "cores", "instruction_set", "compiler", "program_version"})
    CHECK_FALSE(json["machine"][name].get<std::string>().empty());
  const nlohmann::json& figures = json["measurements"];
  std::set<std::string> keys;
  for (const auto& [key, figure] : figures.items()) {
    keys.insert(key);
    check_figure(key, figure);
  }
  CHECK(keys == every_key);
  for (const char* key : {"exact_flow", "exact_flow_long_context", "exact_flow_large_diagonal",
                          "exact_flow_large_dense", "all_blocks_flow_d5", "all_blocks_flow_d16"}) {
    CAPTURE(key);
    CHECK(figures[key]["counts"]["converged"] == 1);
  }
  CHECK(figures["exact_flow"]["counts"]["evaluations"].get<double>() <= most_evaluations);
  CHECK(figures["exact_flow_long_context"]["counts"]["evaluations_ratio"].get<double>() <=
        most_evaluations_ratio);
  CHECK(figures["empirical_gradient_double"]["counts"]["flops"] == 8.0 * 200 * 18 * 26 * 25);
  CHECK(figures["empirical_growth_d"]["counts"]["flops_ratio"] == 4);
  CHECK(figures["dispatch_and_commit"]["counts"]["points"] == 50);
  CHECK(figures["dispatch_and_commit"]["counts"]["bytes_per_point"].get<double>() <= most_bytes_a_point);
  CHECK(figures["verify"]["counts"]["disagreeing"] == 0);
  CHECK(figures["verify"]["counts"]["judged"].get<double>() >= 50);
  for (const char* ratio : {"evaluations_ratio", "products_ratio"})
    CHECK(figures["restarts"]["counts"][ratio].get<double>() <= most_restart_ratio);
  const double most_checkpoint = 8 * (129 * (50 + 1) + 2 * 50 + 50);  // records, theta and gradient, the rest
  CHECK(figures["checkpoint_d5"]["counts"]["bytes"].get<double>() <= most_checkpoint);
}

TEST_CASE("a figure's numbers are those of its samples", "[cli][bench]") {
  Figure figure;
  summarise(figure, {3, 1, 2});
  CHECK(figure.median == 2);
  CHECK(figure.smallest == 1);
  CHECK(figure.largest == 3);
  CHECK(figure.repetitions == 3);
  summarise(figure, {4, 1, 2, 3});
  CHECK(figure.median == 2.5);
  figure.counts = {{"steps", 7}};
  CHECK(figure.count("steps") == 7);
  CHECK_THROWS_AS(figure.count("evaluations"), std::out_of_range);
}

TEST_CASE("work is called once before the repetitions, then as often as asked", "[cli][bench]") {
  Figure figure;
  int calls = 0;
  time_work(figure, {.times = 4, .seconds = 0}, 1e3, [&] { ++calls; });
  CHECK(calls == 5);
  CHECK(figure.repetitions == 4);
}

TEST_CASE("the growth of memory is that of what was touched, freed or not", "[cli][bench]") {
  constexpr std::size_t bytes = 64'000'000;
  const double growth = peak_growth([] {
    std::vector<char> touched(bytes, 1);
    volatile char last = touched.back();
    static_cast<void>(last);
  });
  CHECK((std::isnan(growth) || growth > 0.9 * bytes));
  CHECK((std::isnan(growth) || growth < 1.5 * bytes));
}

#include <algorithm>
#include <cmath>
#include <vector>

#include "experiment/problem.hpp"
#include "model/linear_attention.hpp"
#include "points.hpp"
#include "support/catch.hpp"

using namespace flowsweep;

namespace {

std::vector<double> start(const std::string& top, const std::string& axes) {
  const sweep::Point point =
      test::only_point(test::sweep_of(top, "distribution = gaussian\ndimension = 3\ncontext = 6\n" + axes));
  const auto weights = experiment::start_weights(point);
  CHECK(weights.size() == experiment::weight_count(point));
  return weights;
}

}  // namespace

TEST_CASE("the diagonal start of all blocks is that of (B, A), the rest 0", "[start]") {
  const auto theta = start("", "blocks = all\ninit = 0.5:1.5\n");
  REQUIRE(theta.size() == 54);
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK(theta[model::p1_index(3, j, j) / 2] == 1.5);
    CHECK(theta[model::q21_index(3, j, j) / 2] == 0.5);
  }
  CHECK(std::ranges::count(theta, 0.0) == 54 - 6);
}

TEST_CASE("noise reaches every entry of every free block, and no imaginary part", "[start]") {
  for (const char* noise : {"perturbation = 0.1\n", "dense = 0.5\n"}) {
    CAPTURE(noise);
    CHECK(std::ranges::count(start("", std::string("blocks = all\n") + noise), 0.0) == 0);
    const auto sampled = start("risk = empirical", std::string("blocks = all\n") + noise);
    REQUIRE(sampled.size() == 108);
    for (std::size_t k = 0; k < sampled.size(); k += 2) {
      CHECK(sampled[k] != 0);
      CHECK(sampled[k + 1] == 0);
    }
    CHECK(std::ranges::count(start("risk = empirical", std::string("blocks = ba\n") + noise), 0.0) ==
          108 - 18);
  }
}

TEST_CASE("dense is the standard deviation of every block's entries", "[start]") {
  // 54 entries of 40 seeds: their mean square is 0.25 within 5 standard errors, sd sqrt(2 / n) of it.
  double squares = 0, n = 0;
  for (int seed = 0; seed < 40; ++seed)
    for (const double weight :
         start("", "blocks = all\ndense = 0.5\nseed = " + std::to_string(seed) + "\n")) {
      squares += weight * weight;
      ++n;
    }
  CHECK(std::abs(squares / n - 0.25) <= 5 * 0.25 * std::sqrt(2 / n));
}

TEST_CASE("a diagonal start of all blocks flows as in (B, A), its other blocks stay 0", "[start]") {
  const auto run = [](const char* blocks) {
    return test::run(test::only_point(test::sweep_of(
        "", std::string("distribution = gaussian\ndimension = 3\ncontext = 20\nblocks = ") + blocks + "\n")));
  };
  const record::RunRecord all = run("all"), two = run("ba");
  CHECK(test::final_value(all, "other_blocks") == 0);
  CHECK(test::final_value(all, "ab") == Approx(test::final_value(two, "ab")).epsilon(1e-9));
  CHECK(all.verdicts.at(0).kind == record::VerdictKind::holds);
}

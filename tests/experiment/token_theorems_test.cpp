// Theorems about independent tokens: what they do not decide, chance, and figures of the theory.
#include <algorithm>
#include <cmath>
#include <limits>

#include "experiment/parameters.hpp"
#include "points.hpp"
#include "support/catch.hpp"
#include "theory/bound_check.hpp"
#include "theory/gap_check.hpp"
#include "token_points.hpp"

using namespace flowsweep;
using record::VerdictKind;

namespace {

record::RunRecord run_of(const std::string& axes, const std::string& theorem) {
  return test::run(test::only_point(test::token_sweep("distribution = sphere\ndimension = 6\n" + axes)),
                   theorem);
}

VerdictKind verdict_of(const std::string& axes, const std::string& theorem) {
  return run_of(axes, theorem).verdicts.at(0).kind;
}

// Of a row of measurements, judged at a point.
record::Verdict judged(const std::string& axes, const std::string& theorem,
                       const std::vector<double>& measured) {
  const sweep::Point point =
      test::only_point(test::token_sweep("distribution = sphere\ndimension = 6\n" + axes));
  record::RunRecord run;
  run.status = record::Status::converged;
  return theory::judge(*theory::find_theorem(theorem), point, run, measured);
}

const std::string small = "population = 100\ndraws = 200\n";

}  // namespace

TEST_CASE("the first bound says nothing below N = 26 at delta = 0.05, the direct one below 3",
          "[token-theorems]") {
  // A width far above the dimension makes norms nearly constant, as the figure presupposes.
  const std::string constant = small + "width = 256\nkappa = 0.7\ndemonstrations = ";
  CHECK(verdict_of(constant + "24\n", "dual.bound") == VerdictKind::inconclusive);
  CHECK(verdict_of(constant + "26\n", "dual.bound") == VerdictKind::holds);
  CHECK(verdict_of(constant + "1\n", "dual.bound-direct") == VerdictKind::inconclusive);
  CHECK(verdict_of(constant + "3\n", "dual.bound-direct") == VerdictKind::holds);
}

TEST_CASE("what the tokens' theorems do not speak about is unmet or undecided", "[token-theorems]") {
  for (const char* theorem : {"dual.gap-identity", "dual.rademacher", "dual.bound", "dual.bound-direct"}) {
    CAPTURE(theorem);
    CHECK(verdict_of(small + "demonstrations = 40\nbeta = 0.1\n", theorem) == VerdictKind::hypothesis_unmet);
    // Without values every risk is 0: nothing is shown.
    CHECK(verdict_of(small + "demonstrations = 40\nweight_scale = 0\n", theorem) ==
          VerdictKind::inconclusive);
    const std::vector<double> nothing(theory::find_theorem(theorem)->measurements.size(),
                                      std::numeric_limits<double>::quiet_NaN());
    CHECK(judged(small, theorem, nothing).kind == VerdictKind::inconclusive);
    CHECK(verdict_of("demonstrations = 40\npopulation = 50\ndraws = 20\n", theorem) ==
          (std::string(theorem) == "dual.rademacher" ? VerdictKind::holds : VerdictKind::hypothesis_unmet));
  }
  CHECK(verdict_of("demonstrations = 4097\npopulation = 50\n", "dual.rademacher") ==
        VerdictKind::hypothesis_unmet);
}

TEST_CASE("random features are not judged where a few draws carry the mean", "[token-theorems]") {
  const std::string axes = "check_prompts = 2\nfeatures = ";
  CHECK(verdict_of(axes + "64\nweight_scale = 1\n", "dual.random-features") == VerdictKind::inconclusive);
  CHECK(verdict_of(axes + "1\nweight_scale = 0.2\n", "dual.random-features") == VerdictKind::inconclusive);
  const record::RunRecord run = run_of(axes + "64\nweight_scale = 1\n", "dual.random-features");
  for (std::size_t constant = 0; constant < 3; ++constant) CHECK(run.measurements.at(0).at(constant) > 0);
}

TEST_CASE("random features follow the weights of a trained layer too", "[token-theorems]") {
  const auto sweep = sweep::parse_sweep(
      "name = t\nmodel = softmax-attention\n[axes]\ndistribution = gaussian\ndimension = 4\nfeatures = 256\n"
      "weight_scale = 0.2\n[empirical]\nprompts = 50\ntest_prompts = 0\n[flow]\nintegrator = euler\nstep = "
      "0.01\nsteps = 5\n",
      "t", {}, experiment::vocabulary());
  CHECK(test::run(test::only_point(sweep), "dual.random-features").verdicts.at(0).kind == VerdictKind::holds);
}

TEST_CASE("a share of violations is judged by its exact lower limit", "[token-theorems]") {
  CHECK(theory::lowest_share(0, 100) == 0);
  // All of n events: p^n = 1e-6.
  CHECK(theory::lowest_share(20, 20) == Approx(std::pow(1e-6, 1.0 / 20)).epsilon(1e-9));
  // One of n: 1 - (1 - p)^n = 1e-6.
  CHECK(theory::lowest_share(1, 50) == Approx(-std::expm1(std::log1p(-1e-6) / 50)).epsilon(1e-9));
  const auto kind = [](double share) {
    return judged("draws = 2000\ndelta = 0.05\n", "dual.bound", {share, 1, 1, 0.1, 3, 10, 1}).kind;
  };
  CHECK(kind(0) == VerdictKind::holds);
  CHECK(kind(0.05) == VerdictKind::holds);
  CHECK(kind(0.06) == VerdictKind::holds);  // 120 of 2000 under 0.05: probability 0.03
  CHECK(kind(0.08) == VerdictKind::violated);
  // 2000 samples would not show a bound that one in 10^6 exceeds.
  CHECK(judged("draws = 2000\ndelta = 1e-6\n", "dual.bound", {0, 1, 1, 0.1, 3, 10, 1}).kind ==
        VerdictKind::hypothesis_unmet);
}

TEST_CASE("gaps at the default draws are within 0.03 of their law and of its slope", "[token-theorems]") {
  using namespace theory;
  const record::RunRecord run = run_of("demonstrations = 20\nwidth = 64\n", "dual.gap-identity");
  const std::vector<double>& found = run.measurements.at(0);
  CHECK(run.verdicts.at(0).kind == VerdictKind::holds);
  CHECK(found[gap::rms] / found[gap::law] == Approx(1).margin(0.03));
  CHECK(found[gap::slope] == Approx(-0.5).margin(0.03));
  // So the tolerance is no wider than that.
  CHECK(5 * found[gap::deviation] < 0.03);
  CHECK(5 * std::hypot(found[gap::deviation], found[gap::longer_deviation]) / std::log(4) < 0.03);
}

TEST_CASE("samples drawn in several blocks are the same as in one", "[token-theorems]") {
  const sweep::Point point = test::only_point(
      test::token_sweep("distribution = gaussian\ndimension = 3\npopulation = 20\ndraws = 2\n"));
  const std::vector<double> weights(27, 0.3);
  const theory::TokenSource source = theory::token_source(point, weights);
  CHECK(source.population.keys.colwise().norm().maxCoeff() == Approx(1));
  const auto gaps = [&](int count, int draws) {
    return theory::sample_gaps(source.population, count, draws, CounterRng(5, 6));
  };
  // 2^21 tokens fill a block, so that three samples of more than half of it need three.
  const theory::SampleGaps one = gaps((1 << 20) + 1, 1), three = gaps((1 << 20) + 1, 3);
  CHECK(three.squared_gaps.size() == 3);
  CHECK(one.squared_gaps[0] == three.squared_gaps[0]);
  CHECK(three.squared_gaps[0] != three.squared_gaps[1]);
  CHECK(three.widest_squared ==
        std::max({three.squared_gaps[0], three.squared_gaps[1], three.squared_gaps[2]}));
}

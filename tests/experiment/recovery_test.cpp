// What trained predictors do, through whole runs.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "experiment/training.hpp"
#include "model/linear_attention.hpp"
#include "points.hpp"
#include "support/catch.hpp"
#include "theory/recovery.hpp"
#include "theory/theorem.hpp"

using namespace flowsweep;
using record::VerdictKind;

namespace {

// Loose enough for the finite-difference Newton of the sampled risk.
constexpr const char* sampled_flow =
    "gradient_tolerance = 1e-4\nrelative_tolerance = 1e-6\nabsolute_tolerance = 1e-8\n";

double measurement(const record::RunRecord& run, const std::string& theorem, const std::string& name) {
  const auto& all = theory::find_theorem(theorem)->measurements;
  for (std::size_t k = 0; k < all.size(); ++k)
    if (all[k].name == name) return run.measurements.at(0).at(k);
  throw std::logic_error("no measurement " + name);
}

}  // namespace

TEST_CASE("the whole flow of full-one ends where the reduced problem says", "[recovery]") {
  const std::string axes = "distribution = full-one\ndimension = 5\ncontext = 100\n";
  for (const char* start : {"init = 0.1:0.1\n", "init = 0.5:1.5\n"}) {
    const auto run =
        test::run(test::only_point(test::sweep_of("", axes + start)), "mesa.full-one-preconditioned");
    CAPTURE(start);
    CHECK(run.verdicts.at(0).kind == VerdictKind::holds);
    CHECK(test::final_value(run, "ab") == Approx(0.8536317866).margin(1e-9));
    CHECK(test::final_value(run, "risk") == Approx(38.1795787).margin(1e-7));
  }
  const auto run = test::run(test::only_point(test::sweep_of("", axes)), "mesa.full-one-preconditioned");
  CHECK(measurement(run, "mesa.full-one-preconditioned", "a_offdiagonal") == Approx(-0.0485005).margin(1e-7));
  CHECK(measurement(run, "mesa.full-one-preconditioned", "b_offdiagonal") == Approx(-0.0304050).margin(1e-7));
}

TEST_CASE("a mask holds what it masks, under either risk", "[recovery]") {
  const std::string axes =
      "distribution = full-one\ndimension = 3\ncontext = 10\nperturbation = 0.05\nmask = true\n";
  for (const char* top : {"", "risk = empirical"}) {
    const sweep::Point point = test::only_point(
        test::sweep_of(top, axes, "integrator = euler\nstep = 1e-3\nsteps = 50\n", "sequences = 20\n"));
    const auto start = experiment::start_weights(point);
    const auto run = test::run(point, "mesa.balance");
    const bool population = point.name("risk") == "population";
    CAPTURE(top, run.message);
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t j = 0; j < 3; ++j)
        for (const bool of_a : {false, true}) {
          const std::size_t k = population ? 9 * (of_a ? 1 : 0) + 3 * i + j
                                           : (of_a ? model::q21_index(3, i, j) : model::p1_index(3, i, j));
          CHECK((run.weights.at(k) == start.at(k)) == (i != j));
        }
  }
  // The masked entries' part of the balance's proof is missing.
  const auto run = test::run(test::only_point(test::sweep_of("", axes)), "mesa.balance");
  CHECK(run.verdicts.at(0).kind == VerdictKind::hypothesis_unmet);
}

TEST_CASE("a masked flow is outside the theorems about the free one", "[recovery]") {
  const sweep::Point point = test::only_point(
      test::sweep_of("", "distribution = gaussian\ndimension = 3\ncontext = 10\nmask = true\n"));
  for (const char* theorem : {"mesa.limit", "mesa.trajectory", "mesa.recovery", "mesa.mesa-optimizer"})
    CHECK(test::run(point, theorem).verdicts.at(0).kind == VerdictKind::hypothesis_unmet);
}

TEST_CASE("sample-trained weights: near one descent step, and no recovery of gaussian tokens", "[recovery]") {
  const sweep::Point point = test::only_point(test::sweep_of(
      "risk = empirical", "distribution = gaussian\ndimension = 2\ncontext = 6\ninit = 0.2:0.2\n",
      sampled_flow, "sequences = 1000\ntest_sequences = 1000\ntest_context = 40\n"));
  const auto step = test::run(point, "mesa.mesa-optimizer");
  CAPTURE(step.message);
  CHECK(step.verdicts.at(0).kind == VerdictKind::hypothesis_unmet);
  const double residual = measurement(step, "mesa.mesa-optimizer", "residual");
  // All blocks are trained: close to a descent step, but not one.
  CHECK(residual > 1e-3);
  CHECK(residual < 0.3);
  CHECK(measurement(step, "mesa.mesa-optimizer", "step_size") ==
        Approx(test::final_value(step, "ab")).epsilon(0.1));
  const auto failure = test::run(point, "mesa.gaussian-failure");
  CHECK(failure.verdicts.at(0).kind == VerdictKind::holds);
  CHECK(std::isfinite(measurement(failure, "mesa.gaussian-failure", "median_ratio")));
}

TEST_CASE("interference of other coordinates falls like 1/(t-1) on fresh sequences", "[recovery]") {
  // The phase sums D(t) have E|D|^2 = 1/(t-1), E|D|^4 ~ 2/(3(t-1)): 12 pairs x 4000 sequences leave a
  // relative error of sqrt(2 t/3 / 48000) < 5 % at t - 1 = 160; five of them, two-sided 6e-7.
  constexpr double relative = 0.25, exponent = 0.2;
  const sweep::Point point =
      test::only_point(test::sweep_of("", "distribution = rademacher\ndimension = 4\ncontext = 50\n", "",
                                      "test_sequences = 4000\ntest_context = 42\n"));
  const auto run = test::run(point, "mesa.recovery");
  const double u = test::final_value(run, "ab");
  CAPTURE(point.id(), u);
  CHECK(measurement(run, "mesa.recovery", "interference") == Approx(3 * u * u / 40).epsilon(relative));
  CHECK(measurement(run, "mesa.recovery", "interference_rate") == Approx(-1).margin(exponent));
  const auto gap = test::run(point, "mesa.recovery-gap");
  CHECK(measurement(gap, "mesa.recovery-gap", "rate") == Approx(-1).margin(1e-9));
}

TEST_CASE("recovery is judged in both directions", "[recovery]") {
  const theory::Theorem& theorem = *theory::find_theorem("mesa.recovery");
  const auto verdict = [&](const std::string& law, double unexplained) {
    const sweep::Point point =
        test::only_point(test::sweep_of("", "distribution = " + law + "\ndimension = 3\ncontext = 20\n"));
    const auto run = test::run(point);
    return theory::judge(theorem, point, run, std::vector<double>{unexplained, NAN, NAN}).kind;
  };
  for (const char* law : {"sparse", "rademacher"}) {
    CHECK(verdict(law, 1e-12) == VerdictKind::holds);
    CHECK(verdict(law, 0.01) == VerdictKind::violated);
    CHECK(verdict(law, NAN) == VerdictKind::inconclusive);
  }
  for (const char* law : {"gaussian", "uniform"}) {
    CHECK(verdict(law, 0.01) == VerdictKind::holds);
    CHECK(verdict(law, 1e-12) == VerdictKind::violated);
    CHECK(verdict(law, NAN) == VerdictKind::inconclusive);
  }
}

TEST_CASE("a limit with signs that differ by coordinate is no single descent step", "[recovery]") {
  // The same risk (docs/theory/mesa.md, section 2), another predictor: coordinates that differ in sign are
  // remembered with the wrong one.
  const sweep::Sweep sweep =
      test::sweep_of("", "distribution = gaussian\ndimension = 3\ncontext = 20\ndense = 0.5\nseed = 0..9\n");
  int mixed = 0, equal = 0;
  for (std::size_t row = 0; row < sweep.grid.size(); ++row) {
    const auto run = test::run(sweep.grid.point(row), "mesa.mesa-optimizer");
    int positive = 0;
    for (std::size_t j = 0; j < 3; ++j) positive += run.weights.at(9 + 4 * j) > 0 ? 1 : 0;
    const double residual = measurement(run, "mesa.mesa-optimizer", "residual");
    CAPTURE(row, positive, residual);
    if (positive == 0 || positive == 3) {
      ++equal;
      CHECK(residual < 1e-6);
    } else {
      ++mixed;
      CHECK(residual > 1e-3);
    }
  }
  CHECK(mixed > 0);
  CHECK(equal > 0);
}

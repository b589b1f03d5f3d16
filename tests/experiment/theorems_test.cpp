#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "defect.hpp"
#include "demonstrations/demonstration.hpp"
#include "points.hpp"
#include "support/catch.hpp"
#include "theory/theorem.hpp"

using namespace flowsweep;
using record::VerdictKind;

namespace {

// Runs every point of a sweep with one theorem and demands one verdict of them all.
void check_all(const sweep::Sweep& sweep, const theory::Theorem& theorem, VerdictKind expected,
               const experiment::Options& options = {}) {
  CHECK(sweep.grid.size() > 0);
  const theory::Theorem* const theorems[] = {&theorem};
  for (std::size_t row = 0; row < sweep.grid.size(); ++row) {
    const sweep::Point point = sweep.grid.point(row);
    const record::RunRecord run = experiment::run_point(point, theorems, options);
    const record::Verdict& verdict = run.verdicts.at(0);
    CAPTURE(theorem.name, canonical_content(point.vocabulary(), point.values()), name(run.status),
            run.message, name(verdict.kind), verdict.predicted, verdict.measured, verdict.tolerance,
            verdict.margin, verdict.hypothesis_margins, verdict.conclusion_margins);
    CHECK(verdict.kind == expected);
  }
}

void check_all(const sweep::Sweep& sweep, const std::string& theorem, VerdictKind expected,
               const experiment::Options& options = {}) {
  check_all(sweep, *theory::find_theorem(theorem), expected, options);
}

constexpr const char* published_starts = "init = 0.1:0.1, 0.5:1.5, 2:2\n";
constexpr const char* gaussian_point = "distribution = gaussian\ndimension = 3\ncontext = 20\n";

// The sweep in which a theorem holds, and the one in which it is violated.
void check_demonstration(const std::string& theorem, const test::Demonstration& shown) {
  check_all(shown.holds, theorem, VerdictKind::holds);
  check_all(shown.violated, shown.planted ? *shown.planted : *theory::find_theorem(theorem),
            VerdictKind::violated, shown.defect);
  // The defect does it: without one the same points hold (a physical violation has no defect to remove).
  if (shown.defect.decorate || shown.defect.alter_duals || shown.planted)
    check_all(shown.violated, theorem, VerdictKind::holds);
}

}  // namespace

TEST_CASE("every theorem of the registry is demonstrated", "[theorems]") {
  std::vector<std::string> names, shown;
  for (const theory::Theorem* theorem : theory::registry()) names.push_back(theorem->name);
  for (const auto& [name, demonstration] : test::demonstrations()) shown.push_back(name);
  CHECK(names == shown);
}

TEST_CASE("every theorem holds in its sweep and is violated where a violation is planted", "[theorems]") {
  for (const auto& [name, demonstration] : test::demonstrations()) DYNAMIC_SECTION(name) {
      check_demonstration(name, demonstration());
    }
}

TEST_CASE("mesa.limit says violated for a shifted minimiser", "[theorems]") {
  check_all(test::sweep_of("", gaussian_point), "mesa.limit", VerdictKind::violated,
            test::weight_decay(1e-6));
}

TEST_CASE("a defect that leaves a theorem's statement alone leaves its verdict alone", "[theorems]") {
  const sweep::Sweep sweep = test::sweep_of("", std::string(gaussian_point) + published_starts);
  check_all(sweep, "mesa.balance", VerdictKind::holds, test::fast_clock());
  check_all(sweep, "mesa.limit", VerdictKind::holds, test::fast_clock());
}

TEST_CASE("points that a theorem does not speak about are unmet", "[theorems]") {
  const auto unmet = [](const char* theorem, const std::string& axes, const std::string& flow = "") {
    check_all(test::sweep_of("", axes, flow), theorem, VerdictKind::hypothesis_unmet);
  };
  unmet("mesa.limit", "distribution = full-one\ndimension = 3\ncontext = 20\n");
  unmet("mesa.limit", "distribution = gaussian\ndimension = 3\ncontext = 20\nperturbation = 0.1\n");
  unmet("mesa.limit", "distribution = gaussian\ndimension = 3\ncontext = 20\ninit = 0.1:-0.2, 0:0, 0:0.1\n");
  unmet("mesa.gaussian", "distribution = uniform, sparse\ndimension = 3\ncontext = 20\n");
  unmet("mesa.sparse", "distribution = gaussian\ndimension = 3\ncontext = 20\n");
  unmet("mesa.trajectory", "distribution = skewed, full-one\ndimension = 3\ncontext = 20\n");
  unmet("mesa.trajectory", "distribution = gaussian\ndimension = 3\ncontext = 20\ninit = 0.2:-0.2, 0:0\n");
  unmet("mesa.balance", "distribution = gaussian\ndimension = 3\ncontext = 20\n",
        "integrator = euler\nstep = 1e-3\n");
  unmet("mesa.attraction", "distribution = gaussian\ndimension = 3\ncontext = 20\n");
  unmet("mesa.attraction",
        "distribution = skewed, full-one, sparse\ndimension = 3\ncontext = 20\nperturbation = 0.1\n");
  unmet("mesa.limit-sampled", "distribution = gaussian\ndimension = 3\ncontext = 20\n");
  // No twelfth moments, no standard error.
  check_all(
      test::sweep_of("risk = empirical", "distribution = student-t\nnu = 7, 12\ndimension = 2\ncontext = 5\n",
                     "integrator = euler\nstep = 1e-3\nsteps = 3\n", "sequences = 1000\n"),
      "mesa.limit-sampled", VerdictKind::hypothesis_unmet);
  unmet("mesa.mesa-optimizer", "distribution = full-one\ndimension = 3\ncontext = 20\n");
  unmet("mesa.mesa-optimizer", "distribution = gaussian\ndimension = 3\ncontext = 20\ndense = 0.5\n");
  unmet("mesa.gaussian-failure", "distribution = uniform, full-one\ndimension = 3\ncontext = 20\n");
  unmet("mesa.recovery", "distribution = full-one\ndimension = 3\ncontext = 20\n");
  unmet("mesa.recovery-gap", "distribution = skewed, full-one\ndimension = 3\ncontext = 20\n");
  unmet("mesa.full-one-masked", "distribution = full-one\ndimension = 3\ncontext = 20\n");
  unmet("mesa.full-one-masked", "distribution = gaussian\ndimension = 3\ncontext = 20\nmask = true\n");
  unmet("mesa.full-one-preconditioned", "distribution = gaussian\ndimension = 3\ncontext = 20\n");
  unmet("mesa.full-one-preconditioned",
        "distribution = full-one\ndimension = 3\ncontext = 20\nmask = true\n");
  unmet("mesa.full-one-preconditioned", "distribution = full-one\ndimension = 1, 3\ncontext = 3\n");
}

TEST_CASE("margins and measurements are as many as declared", "[theorems]") {
  for (const std::string top : {"risk = population", "risk = empirical"}) {
    const sweep::Point point =
        test::only_point(test::sweep_of(top, "distribution = gaussian\ndimension = 2\ncontext = 5\n",
                                        "integrator = euler\nstep = 1e-3\nsteps = 3\n", "sequences = 8\n"));
    for (const theory::Theorem* theorem : theory::registry()) {
      const record::RunRecord run = test::run(point, theorem->name);
      CAPTURE(top, theorem->name, run.message);
      CHECK(run.measurements.at(0).size() == theorem->measurements.size());
      CHECK(run.verdicts.at(0).hypothesis_margins.size() == theorem->hypotheses.size());
      CHECK(run.verdicts.at(0).conclusion_margins.size() == theorem->conclusions.size());
    }
  }
}

TEST_CASE("a tolerance wider than the prediction is inconclusive", "[theorems]") {
  // Stopped at half the largest gradient, nothing is known about the limit.
  check_all(test::sweep_of("", gaussian_point, "gradient_tolerance = 0.5\n"), "mesa.limit",
            VerdictKind::inconclusive);
}

TEST_CASE("a flow that starts near the saddle is judged by what its errors grow to", "[theorems]") {
  // From a0 + b0 = 1e-3 the flow follows the unstable direction of the saddle at 0, which amplifies early
  // errors.
  check_all(
      test::sweep_of(
          "",
          "distribution = gaussian\ndimension = 1, 3\ncontext = 20\nintegrator = bdf, adams, dormand-prince\n"
          "init = 0.5:-0.499, -0.499:0.5, 0.5:-0.49999\n"),
      "mesa.trajectory", VerdictKind::holds);
}

TEST_CASE("a flow that did not move shows nothing about where flows run", "[theorems]") {
  const auto undecided = [](const char* theorem, const std::string& axes, const std::string& flow) {
    check_all(test::sweep_of("", gaussian_point + axes, flow), theorem, VerdictKind::inconclusive);
  };
  for (const char* theorem : {"mesa.basin", "mesa.invariance"})
    undecided(theorem, "init = 0.3:-0.3\n", "horizon = 1e-6\n");
  undecided("mesa.invariance", "init = 0.1:0.1\n", "horizon = 1e-6\n");
  check_all(test::sweep_of("", std::string(gaussian_point) + "init = 0.3:-0.3\n"), "mesa.invariance",
            VerdictKind::holds);
}

TEST_CASE("a few steps show no stability of gradient descent", "[theorems]") {
  // S1 = 24: the steps lie below both bounds, between them (from the second start), and above.
  const std::string axes = "distribution = gaussian\ndimension = 2\ncontext = 10\nintegrator = euler\n";
  check_all(test::sweep_of("", axes + "init = 0.43:0.43\nstep = 0.02, 0.0418, 0.045\nsteps = 1, 3\n"),
            "mesa.euler", VerdictKind::inconclusive);
  check_all(test::sweep_of("", axes + "init = 1:0.18\nstep = 0.016, 0.02\nsteps = 1, 3\n"), "mesa.euler",
            VerdictKind::inconclusive);
  // Beyond every stability limit the start is left within a few steps, or within many.
  check_all(test::sweep_of("", axes + "init = 1:0.18\nstep = 0.0418\nsteps = 3\n"), "mesa.euler",
            VerdictKind::holds);
  check_all(test::sweep_of("", axes + "init = 0.43:0.43\nstep = 0.045\nsteps = 40\n"), "mesa.euler",
            VerdictKind::holds);
}

TEST_CASE("a diagonal start that ends far from the limit violates mesa.rate", "[theorems]") {
  check_all(test::sweep_of("", "distribution = gaussian\ndimension = 3\ncontext = 20\n"), "mesa.rate",
            VerdictKind::violated, test::weight_decay(20));
  check_all(test::sweep_of("", "distribution = gaussian\ndimension = 3\ncontext = 20\ninit = 0.3:-0.3\n"),
            "mesa.rate", VerdictKind::hypothesis_unmet);
}

TEST_CASE("flat signs at the end leave mesa.emergence undecided, flat ones everywhere unmet", "[theorems]") {
  const theory::Theorem& theorem = *theory::find_theorem("mesa.emergence");
  const sweep::Point point =
      test::only_point(test::sweep_of("",
                                      "distribution = gaussian\ndimension = 2\ncontext = 10\nblocks = all\n"
                                      "perturbation = 0.1\n"));
  const record::RunRecord run = test::run(point, theorem.name);
  const auto verdict = [&](double end, double any) {
    std::vector<double> measured = run.measurements.at(0);
    measured.at(5) = end;
    measured.at(7) = any;
    return theory::judge(theorem, point, run, measured).kind;
  };
  const double found = run.measurements.at(0).at(5);
  CHECK(found == run.measurements.at(0).at(7));
  CHECK(verdict(found, found) == VerdictKind::holds);
  CHECK(verdict(0, found) == VerdictKind::inconclusive);
  CHECK(verdict(0, 0) == VerdictKind::hypothesis_unmet);
}

TEST_CASE("a stop that is too large to be called a saddle is undecided", "[theorems]") {
  const theory::Theorem& theorem = *theory::find_theorem("mesa.emergence");
  const sweep::Point point =
      test::only_point(test::sweep_of("",
                                      "distribution = gaussian\ndimension = 2\ncontext = 10\nblocks = all\n"
                                      "perturbation = 0.1\n"));
  const record::RunRecord run = test::run(point, theorem.name);
  std::vector<double> measured = run.measurements.at(0);
  measured.at(6) = std::numeric_limits<double>::quiet_NaN();
  CHECK(theory::judge(theorem, point, run, measured).kind == VerdictKind::inconclusive);
}

#include "cli/replicate.hpp"

#include "cli/bench_cases.hpp"
#include "experiment/run_point.hpp"
#include "support/catch.hpp"

namespace flowsweep::cli {
namespace {

const std::string exact = "dimension = 3\ncontext = 10\n";
const std::string sampled =
    "dimension = 2\ncontext = 10\nrisk = empirical\nintegrator = euler\nstep = "
    "0.01\n"
    "steps = 5\nsequences = 20\n";

struct Case {
  sweep::Point point;
  store::Schema schema;
  record::RunRecord run;
};

Case run(const std::string& axes) {
  Case made;
  made.point = bench_sweep(axes).grid.point(0);
  made.schema.theorems = {{"mesa.limit", "", "", "", "", {}, {}, {}}};
  made.run = experiment::run_point(made.point, {});
  made.run.verdicts = {{record::VerdictKind::holds, 1, 0, 0, 0, {}, {}}};
  return made;
}

std::vector<std::string> differences(const Case& made, const record::RunRecord& other) {
  return replicate_differences(made.schema, made.point, made.run, other);
}

}  // namespace

TEST_CASE("runs that differ by less than the integrator's tolerance allows are replicates") {
  for (const auto& [axes, share] : {std::pair{exact, 3e-10}, std::pair{sampled, 1e-12}}) {
    const Case made = run(axes);
    record::RunRecord other = made.run;
    other.steps += 1;
    other.finals.assign(other.finals.size(), 7.0);
    CHECK(differences(made, other).empty());
    double& largest = *std::max_element(other.weights.begin(), other.weights.end());
    largest *= 1 + 0.5 * replicate_factor * share;
    CHECK(differences(made, other).empty());
    largest *= 1 + 1.5 * replicate_factor * share;
    CHECK(differences(made, other) == std::vector<std::string>{"weights"});
  }
}

TEST_CASE("another status or verdict is a difference, whatever the weights") {
  const Case made = run(exact);
  record::RunRecord other = made.run;
  other.status = record::Status::step_limit;
  other.verdicts[0].kind = record::VerdictKind::inconclusive;
  CHECK(differences(made, other) == std::vector<std::string>{"status", "mesa.limit verdict"});
}

TEST_CASE("the weights of runs that diverged are not compared") {
  Case made = run(exact);
  made.run.status = record::Status::diverged;
  record::RunRecord other = made.run;
  other.weights[0] = 1e300;
  CHECK(differences(made, other).empty());
}

}  // namespace flowsweep::cli

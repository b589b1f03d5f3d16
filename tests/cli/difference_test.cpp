#include <cmath>

#include "cli/record_difference.hpp"
#include "cli/sweep_difference.hpp"
#include "experiment/parameters.hpp"
#include "support/catch.hpp"

namespace flowsweep::cli {
namespace {

using Lines = std::vector<std::string>;

const std::string stored_text =
    "name = a\nmodel = linear-attention\n[axes]\ndistribution = gaussian\ndimension = 2..16\ncontext = 10\n";

store::Schema small_schema() {
  store::Schema schema;
  schema.observables = {{"risk", "1", "L"}, {"ab", "1", "ab"}};
  schema.theorems = {{"t", "", "", "", "", {"hypothesis"}, {"conclusion"}, {{"m", "1", "m"}}}};
  schema.records = 2;
  return schema;
}

record::RunRecord small_run() {
  record::RunRecord run;
  run.status = record::Status::converged;
  run.steps = 7;
  run.flow_time = 1.5;
  run.largest_gradient_norm = 2.5;
  run.trajectory = {{0, 1.5}, {1, 2, 3, 4}};
  run.finals = {3, 4};
  run.weights = {0.1, 0.2};
  run.measurements = {{0.5}};
  run.verdicts = {{record::VerdictKind::holds, 1, 2, 3, 4, {1}, {1}}};
  return run;
}

Lines differences(const record::RunRecord& now) {
  Lines lines;
  for (const Difference& difference : record_differences(small_schema(), small_run(), now))
    lines.push_back(to_text(difference));
  return lines;
}

}  // namespace

TEST_CASE("two sweeps differ in the keys whose values differ") {
  const auto vocabulary = experiment::vocabulary();
  const std::string now =
      "# a comment\nname=a\nmodel = linear-attention\n[axes]\ndistribution = gaussian\ndimension = 2..4\n"
      "[flow]\nhorizon = 5\n#! set axes.context=20\n";
  CHECK(sweep_differences(stored_text, now, *vocabulary) ==
        Lines{"axes.context: 10 in the store, 20 now", "axes.dimension: 2..16 in the store, 2..4 now",
              "flow.horizon: not set (default 1e+06) in the store, 5 now"});
  CHECK(sweep_differences(now, stored_text, *vocabulary).back() ==
        "flow.horizon: 5 in the store, not set (default 1e+06) now");
  CHECK(sweep_differences(stored_text, stored_text, *vocabulary).empty());
}

TEST_CASE("equal records have no difference, whatever their timings") {
  record::RunRecord now = small_run();
  now.wall_seconds = 9;
  now.host = "elsewhere";
  now.attempts = 3;
  CHECK(differences(now).empty());
}

TEST_CASE("a single bit of any compared number is found and named") {
  const auto next = [](double& value) { value = std::nextafter(value, 10.0); };
  record::RunRecord now = small_run();
  next(now.trajectory.values[3]);
  CHECK(differences(now) == Lines{"trajectory/ab/1: 4 stored, 4.0000000000000009 now"});
  now = small_run(), next(now.weights[0]);
  CHECK(differences(now).front().starts_with("weights/0: "));
  now = small_run(), next(now.measurements[0][0]);
  CHECK(differences(now).front().starts_with("t/m: "));
  now = small_run(), next(now.verdicts[0].hypothesis_margins[0]);
  CHECK(differences(now).front().starts_with("t/hypothesis/hypothesis: "));
  now = small_run(), next(now.largest_gradient_norm);
  CHECK(differences(now).front().starts_with("largest_gradient_norm: "));
  now = small_run(), now.finals[1] = -0.0;
  CHECK(differences(now) == Lines{"finals/ab: 4 stored, -0 now"});
}

TEST_CASE("other status, counts and lengths are differences") {
  record::RunRecord now = small_run();
  now.status = record::Status::step_limit;
  now.steps = 8;
  now.weights.pop_back();
  CHECK(differences(now) == Lines{"status: converged stored, step-limit now", "steps: 7 stored, 8 now",
                                  "weights count: 2 stored, 1 now"});
}

TEST_CASE("a difference says how large it is") {
  record::RunRecord now = small_run();
  now.finals[1] = 5;
  now.steps = 14;
  now.flow_time = NAN;
  const std::vector<Difference> found = record_differences(small_schema(), small_run(), now);
  REQUIRE(found.size() == 3);
  CHECK(found[0].column == "steps");
  CHECK(found[0].deviation == 7);
  CHECK(found[0].relative == 0.5);
  CHECK(found[1].column == "flow_time");
  CHECK(std::isinf(found[1].deviation));
  CHECK(found[2].column == "finals/ab");
  CHECK(found[2].deviation == 1);
  CHECK(found[2].relative == 0.2);
}

TEST_CASE("a run that left nothing equals its stored form, which is NaN") {
  record::RunRecord failed, stored = small_run();
  failed.status = stored.status = record::Status::failed;
  failed.message = stored.message = "why";
  stored.steps = 0, stored.flow_time = 0, stored.largest_gradient_norm = NAN, stored.trajectory = {};
  stored.finals = {NAN, NAN}, stored.weights = {NAN, NAN}, stored.measurements = {{NAN}};
  stored.verdicts = {{record::VerdictKind::failed, NAN, NAN, NAN, NAN, {NAN}, {NAN}}};
  CHECK(record_differences(small_schema(), stored, failed).empty());
  stored.message = "another reason";
  CHECK(record_differences(small_schema(), stored, failed).size() == 1);
}

}  // namespace flowsweep::cli

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/hash.hpp"
#include "experiment/problem.hpp"
#include "experiment/run_point.hpp"
#include "stored_sweep.hpp"
#include "support/catch.hpp"
#include "verify/verify.hpp"

using namespace flowsweep;
using namespace flowsweep::verify;
using record::VerdictKind;
using test::Planted;
using test::StoredSweep;

namespace {

// The verdicts of mesa.limit, which comes first in every_verdict, in row 0, 1, ..
constexpr std::size_t holding_row = 0, violated_row = 1;

Report examined(const StoredSweep& stored, const Options& options = {}) {
  store::Reader reader(stored.path());
  return examine(reader, test::vocabulary(), options);
}

struct Printed {
  ExitCode code;
  std::string out, err;
};

Printed printed(const StoredSweep& stored, Options options = {}) {
  store::Reader reader(stored.path());
  options.store = "some store.h5";
  std::ostringstream out, err;
  const ExitCode code = verify::verify(reader, test::vocabulary(), options, out, err);
  return {code, out.str(), err.str()};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string refusal(const StoredSweep& stored, const Options& options) {
  try {
    examined(stored, options);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

Options remeasured(bool json = false) {
  return {.json = json, .start_weights = experiment::start_weights};
}

// The measured product moves by `change` and the verdict with it, so that the stored numbers agree among
// themselves.
Planted falsified(double change) {
  Planted planted;
  planted.run = [change](std::size_t row, record::RunRecord& run) {
    if (row != holding_row) return true;
    const sweep::Sweep sweep =
        sweep::parse_sweep(test::every_verdict, "every-verdict", {}, test::vocabulary());
    run.measurements[0][0] += change;
    run.verdicts[0] =
        theory::judge(*theory::find_theorem("mesa.limit"), sweep.grid.point(row), run, run.measurements[0]);
    return true;
  };
  return planted;
}

void add_unknown_theorem(Planted& planted) {
  planted.schema = [](store::Schema& schema) {
    schema.theorems.push_back({"mesa.unknown", "", "", "", "", {"h"}, {"c"}, {}});
  };
  planted.run = [](std::size_t, record::RunRecord& run) {
    run.measurements.emplace_back();
    run.verdicts.push_back({VerdictKind::holds, 1, 1, 1, 1, {1.0}, {1.0}});
    return true;
  };
}

constexpr const char* axes = "name = t\nmodel = linear-attention\ntheorems = mesa.limit\n[axes]\n";

/// The run that holds was set aside instead, with no numbers.
Planted one_set_aside() {
  Planted planted;
  planted.run = [](std::size_t row, record::RunRecord& run) {
    if (row != holding_row) return true;
    const double wall = run.wall_seconds;
    run = record::RunRecord{};
    run.wall_seconds = wall;
    run.status = record::Status::set_aside;
    return true;
  };
  return planted;
}

}  // namespace

TEST_CASE("every verdict is counted, and untested points are not counted as verified", "[verify]") {
  const StoredSweep stored(test::every_verdict);
  const Report report = examined(stored);
  REQUIRE(report.points == 5);
  CHECK(report.committed == 5);
  CHECK(report.disagreeing == 0);
  REQUIRE(report.tallies.size() == 2);
  const Tally& limit = report.tallies[0];
  CHECK(limit.theorem == "mesa.limit");
  CHECK(limit.standing == "paper");
  CHECK(limit.counts == std::array<std::size_t, 5>{1, 1, 1, 1, 1});
  CHECK(limit.tested() == 2);
  CHECK(limit.worst_margin < 0);
  CHECK(limit.worst_id == stored.grid().id(violated_row));
  const Tally& sparse = report.tallies[1];
  CHECK(sparse.tested() == 0);
  CHECK_FALSE(sparse.worst_id);
  CHECK(report.tested() == 2);
  CHECK(report.judged() == 10);
  CHECK(exit_code(report) == ExitCode::internal_error);
  REQUIRE(report.violations.size() == 1);
  const Finding& violation = report.violations[0];
  CHECK(violation.id == stored.grid().id(violated_row));
  CHECK(violation.theorem == "mesa.limit");
  CHECK(std::ranges::find(violation.broken, "diagonal structure") != violation.broken.end());
  CHECK(violation.in_words == "model linear-attention, distribution skewed, dimension 2, context 10");
}

TEST_CASE("the table names what is violated and how to look at it", "[verify]") {
  const StoredSweep stored(test::every_verdict);
  const Printed text = printed(stored);
  const std::string id = to_hex(stored.grid().id(violated_row));
  CHECK(text.code == ExitCode::internal_error);
  CHECK(has(text.out, "some store.h5: judged from stored measurements"));
  CHECK(has(text.out, "5 points: 5 committed, 0 missing, 0 damaged"));
  CHECK(has(text.out, "2 of 5"));
  CHECK(has(text.out, "Violated (1):\n  " + id + "  mesa.limit: margin -"));
  CHECK(has(text.out, "flowsweep show 'some store.h5' " + id));
  CHECK(has(text.out, "flowsweep reproduce 'some store.h5' " + id));
  CHECK(has(text.out, "mesa.sparse: nothing was tested"));
  CHECK(has(text.out, "2 of 10 (point, theorem) pairs were tested: 1 hold, 1 violated."));
  CHECK(text.err.empty());
}

TEST_CASE("JSON says the same as the table", "[verify]") {
  const StoredSweep stored(test::every_verdict);
  const Printed text = printed(stored, {.json = true});
  const auto json = nlohmann::json::parse(text.out);
  CHECK(json["level"] == "judged from stored measurements");
  CHECK(json["points"] == 5);
  CHECK(json["missing"] == 0);
  CHECK(json["exit_code"] == 1);
  CHECK(json["compared_bits"] == true);
  REQUIRE(json["theorems"].size() == 2);
  const auto& limit = json["theorems"][0];
  for (const std::string_view name : record::verdict_names) CHECK(limit[std::string(name)] == 1);
  CHECK(limit["tested"] == 2);
  CHECK(limit["worst_id"] == to_hex(stored.grid().id(violated_row)));
  CHECK(json["theorems"][1]["worst_margin"].is_null());
  REQUIRE(json["violations"].size() == 1);
  CHECK(json["violations"][0]["parameters"]["distribution"] == "skewed");
  CHECK(json["violations"][0]["judged"]["verdict"] == "violated");
}

TEST_CASE("a store in which nothing is violated", "[verify]") {
  const StoredSweep holds(std::string(axes) + "distribution = gaussian\ndimension = 1..3\ncontext = 10\n");
  const Printed good = printed(holds);
  CHECK(good.code == ExitCode::success);
  CHECK(has(good.out, "3 of 3 (point, theorem) pairs were tested: 3 hold, 0 violated."));

  const StoredSweep untested(std::string(axes) + "distribution = full-one\ndimension = 2, 3\ncontext = 10\n");
  const Printed vacuous = printed(untested);
  CHECK(vacuous.code == ExitCode::success);
  CHECK(has(vacuous.out, "0 of 2"));
  CHECK(has(vacuous.out, "Nothing was tested"));
  CHECK_FALSE(has(vacuous.out, "hold,"));
}

TEST_CASE("a stored verdict that its numbers do not support is found", "[verify]") {
  const auto edited = [](auto edit) {
    Planted planted;
    planted.run = [edit](std::size_t row, record::RunRecord& run) {
      if (row == violated_row) edit(run.verdicts[0]);
      return true;
    };
    return planted;
  };
  SECTION("another kind") {
    const StoredSweep stored(test::every_verdict, edited([](auto& v) { v.kind = VerdictKind::holds; }));
    const Report report = examined(stored);
    CHECK(report.tallies[0].counts == std::array<std::size_t, 5>{1, 1, 1, 1, 1});  // judged, not stored
    REQUIRE(report.disagreements.size() == 1);
    CHECK(report.disagreements[0].stored.kind == VerdictKind::holds);
    const Printed text = printed(stored);
    CHECK(text.code == ExitCode::bad_input);
    CHECK(has(text.out, "stored as holds, judged violated"));
  }
  SECTION("one bit of a margin") {
    const StoredSweep stored(test::every_verdict, edited([](auto& v) {
                               v.conclusion_margins[0] = std::nextafter(v.conclusion_margins[0], 2.0);
                             }));
    CHECK(examined(stored).disagreeing == 1);
    CHECK(exit_code(examined(stored)) == ExitCode::bad_input);
  }
  SECTION("one bit of a measurement") {
    Planted planted;
    planted.run = [](std::size_t row, record::RunRecord& run) {
      double& product = run.measurements[0][0];
      if (row == holding_row) product = std::nextafter(product, 2.0);
      return true;
    };
    CHECK(examined(StoredSweep(test::every_verdict, planted)).disagreeing == 1);
  }
}

TEST_CASE("measuring again confirms an honest store", "[verify]") {
  const StoredSweep stored(test::every_verdict);
  const Report report = examined(stored, remeasured());
  CHECK(report.disagreeing == 0);
  CHECK(report.unusable.empty());
  CHECK(report.tallies[0].counts == std::array<std::size_t, 5>{1, 1, 1, 1, 1});
  const Printed text = printed(stored, remeasured());
  CHECK(
      has(text.out, "some store.h5: measured again from the final weights (no flow was integrated again)\n"));
  CHECK(nlohmann::json::parse(printed(stored, remeasured(true)).out)["level"] ==
        "measured again from the final weights (no flow was integrated again)");
}

TEST_CASE("measuring again covers every theorem, perturbed starts and sampled sequences", "[verify]") {
  const StoredSweep stored(R"(
name = every-theorem
model = linear-attention
[grid.perturbed]
distribution = sparse
dimension = 2
context = 10
perturbation = 0.05
seed = 0..1
[grid.sampled]
risk = empirical
distribution = gaussian
dimension = 2
context = 10
sequences = 20
integrator = euler
step = 0.001
steps = 5
)");
  const Report report = examined(stored, remeasured());
  const std::size_t theorems = experiment::theorems_of(stored.sweep()).size();
  CHECK(report.tallies.size() == theorems);
  CHECK(report.judged() == 3 * theorems);
  CHECK(report.disagreeing == 0);
  CHECK(report.unusable.empty());
}

TEST_CASE("a falsified measurement with a consistent verdict is found only by measuring again", "[verify]") {
  const StoredSweep stored(test::every_verdict, falsified(-0.01));
  CHECK(examined(stored).disagreeing == 0);
  CHECK(examined(stored).violated == 2);
  const Report report = examined(stored, remeasured());
  CHECK(report.violated == 1);  // judged from what was measured again
  CHECK(exit_code(report) == ExitCode::bad_input);
  REQUIRE(report.disagreements.size() == 1);
  const Finding& finding = report.disagreements[0];
  CHECK(finding.id == stored.grid().id(holding_row));
  CHECK(finding.stored.kind == VerdictKind::violated);
  CHECK(finding.judged.kind == VerdictKind::holds);
  REQUIRE(finding.discrepancies.size() == 1);
  CHECK(finding.discrepancies[0].stored < finding.discrepancies[0].again);
  const Printed text = printed(stored, remeasured());
  CHECK(has(text.out, "stored as violated, judged holds"));
  CHECK(has(text.out, " stored, "));
  CHECK(has(text.out, " measured again\n"));
  const auto json = nlohmann::json::parse(printed(stored, remeasured(true)).out);
  CHECK(json["disagreements"][0]["measurements"][0]["name"] == finding.discrepancies[0].name);
}

TEST_CASE("a falsified measurement that leaves the verdict as it is is found too", "[verify]") {
  const StoredSweep stored(test::every_verdict, falsified(1e-15));
  CHECK(examined(stored).disagreeing == 0);
  const Report report = examined(stored, remeasured());
  CHECK(report.disagreeing == 1);
  CHECK(report.tallies[0].counts == std::array<std::size_t, 5>{1, 1, 1, 1, 1});
}

TEST_CASE("what failed or was set aside is not measured again", "[verify]") {
  const Report report = examined(StoredSweep(test::every_verdict, one_set_aside()), remeasured());
  CHECK(report.disagreeing == 0);
  CHECK(report.unusable.empty());
}

TEST_CASE("a store of another build may differ by rounding only", "[verify]") {
  const auto with_predicted = [](double factor) {
    Planted planted;
    planted.metadata = [](store::Metadata& metadata) { metadata.compiler = "another compiler"; };
    planted.run = [factor](std::size_t row, record::RunRecord& run) {
      if (row == holding_row) run.verdicts[0].predicted *= factor;
      return true;
    };
    return planted;
  };
  const Report rounded = examined(StoredSweep(test::every_verdict, with_predicted(1 + 1e-12)));
  CHECK_FALSE(rounded.same_build);
  CHECK(rounded.disagreeing == 0);
  CHECK(examined(StoredSweep(test::every_verdict, with_predicted(1 + 1e-6))).disagreeing == 1);
}

TEST_CASE("missing and damaged rows are told apart", "[verify]") {
  Planted planted;
  planted.run = [](std::size_t row, record::RunRecord&) { return row != 3; };
  const StoredSweep stored(test::every_verdict, planted);
  const Printed incomplete = printed(stored);
  CHECK(incomplete.code == ExitCode::internal_error);
  CHECK(has(incomplete.err, "1 of 5 points have not been run"));

  stored.damage(violated_row);
  const Report report = examined(stored);
  CHECK(report.committed == 3);
  CHECK(report.missing == 1);
  CHECK(report.damaged == 1);
  CHECK(report.damaged_ids == std::vector{stored.grid().id(violated_row)});
  CHECK(report.violated == 0);
  const Printed damaged = printed(stored);
  CHECK(damaged.code == ExitCode::bad_input);
  CHECK(has(damaged.out, "Damaged (1): " + to_hex(stored.grid().id(violated_row))));
  CHECK(has(damaged.err, "1 of 5 points are damaged"));
}

TEST_CASE("a run that left no verdicts counts as failed, not as damage", "[verify]") {
  const Report report = examined(StoredSweep(test::every_verdict, one_set_aside()));
  CHECK(report.disagreeing == 0);
  CHECK(report.tallies[0].count(VerdictKind::failed) == 2);
  CHECK(report.tallies[0].count(VerdictKind::holds) == 0);
}

TEST_CASE("conditions and theorems select", "[verify]") {
  const StoredSweep stored(test::every_verdict);
  const Report gaussian = examined(stored, {.where = {"distribution=gaussian"}, .theorems = {"mesa.limit"}});
  CHECK(gaussian.points == 3);
  REQUIRE(gaussian.tallies.size() == 1);
  CHECK(gaussian.tallies[0].counts == std::array<std::size_t, 5>{1, 0, 0, 1, 1});
  CHECK(exit_code(gaussian) == ExitCode::success);
  CHECK(examined(stored, {.where = {"distribution=gaussian", "integrator=euler"}}).points == 1);

  CHECK(has(refusal(stored, {.where = {"dimensoin=2"}}), "the nearest known axis is 'dimension'"));
  CHECK(has(refusal(stored, {.theorems = {"mesa.balance"}}), "the store holds mesa.limit, mesa.sparse"));
}

TEST_CASE("conditions are met by the stored points, whatever kernel version and sweep text stand beside them",
          "[verify]") {
  Planted planted;
  planted.metadata = [](store::Metadata& metadata) {
    metadata.kernel = "older";
    metadata.sweep_text = "# not a sweep";
  };
  const Options gaussian = {.where = {"distribution=gaussian"}};
  const StoredSweep stored(test::every_verdict, planted);
  CHECK(examined(stored, gaussian).points == 3);
  CHECK(printed(stored, gaussian).err.starts_with("warning: "));
  CHECK(has(printed(stored, gaussian).err, "was computed by kernel version older; this program has"));
}

TEST_CASE("a theorem that this program does not know is unusable, and can be left out", "[verify]") {
  Planted planted;
  add_unknown_theorem(planted);
  const StoredSweep stored(std::string(axes) + "distribution = gaussian\ndimension = 2\ncontext = 10\n",
                           planted);
  const Printed text = printed(stored);
  CHECK(text.code == ExitCode::bad_input);
  CHECK(has(text.out, "Unusable: mesa.unknown: this program does not know the theorem"));
  CHECK(has(text.out, "1 of 1 (point, theorem) pairs were tested"));
  CHECK(printed(stored, {.theorems = {"mesa.limit"}}).code == ExitCode::success);
}

TEST_CASE("a theorem with other measurements than the stored ones is unusable", "[verify]") {
  Planted planted;
  planted.schema = [](store::Schema& schema) { schema.theorems[0].measurements[1].name = "renamed"; };
  const StoredSweep stored(std::string(axes) + "distribution = gaussian\ndimension = 2\ncontext = 10\n",
                           planted);
  const Report report = examined(stored);
  CHECK(report.tallies.empty());
  REQUIRE(report.unusable.size() == 1);
  CHECK(exit_code(report) == ExitCode::bad_input);
}

TEST_CASE("no more than the asked number of violations is listed, all are counted", "[verify]") {
  const StoredSweep stored(std::string(axes) + "distribution = skewed\ndimension = 2\ncontext = 3..14\n");
  const Report report = examined(stored);
  CHECK(report.violated == 12);
  CHECK(report.violations.size() == 10);
  const auto& tally = report.tallies[0];
  const auto worst = std::ranges::min_element(report.violations, {},
                                              [](const Finding& finding) { return finding.judged.margin; });
  CHECK(tally.worst_margin <= worst->judged.margin);
  CHECK(has(printed(stored).out, "Violated (12, the first 10):"));
}

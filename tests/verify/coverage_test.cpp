#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/hash.hpp"
#include "stored_sweep.hpp"
#include "support/catch.hpp"
#include "verify/verify.hpp"

using namespace flowsweep;
using namespace flowsweep::verify;
using record::Status;
using record::VerdictKind;
using test::Planted;
using test::StoredSweep;

namespace {

// mesa.limit holds for gaussian, is violated for skewed, says nothing about full-one.
constexpr const char* three_laws = R"(
name = three-laws
model = linear-attention
theorems = mesa.limit, mesa.sparse
[axes]
distribution = gaussian, skewed, full-one
dimension = 2, 3
context = 10, 11
exclude = dimension=3 & context=11; context=11 & distribution=skewed
)";

Report covered(const StoredSweep& stored, std::vector<std::string> where = {}) {
  store::Reader reader(stored.path());
  return examine(reader, test::vocabulary(), {.where = std::move(where), .coverage = true});
}

std::string printed(const StoredSweep& stored, bool json) {
  store::Reader reader(stored.path());
  std::ostringstream out, err;
  verify::verify(reader, test::vocabulary(), {.json = json, .coverage = true}, out, err);
  return out.str();
}

const AxisCoverage& axis(const Report& report, const std::string& key) {
  const auto found = std::ranges::find(report.coverage->axes, key, &AxisCoverage::key);
  REQUIRE(found != report.coverage->axes.end());
  return *found;
}

const ValueCoverage& value(const Report& report, const std::string& key, const std::string& text) {
  const auto& values = axis(report, key).values;
  const auto found = std::ranges::find(values, text, &ValueCoverage::value);
  REQUIRE(found != values.end());
  return *found;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Planted without_row(std::size_t left_out) {
  Planted planted;
  planted.run = [left_out](std::size_t row, record::RunRecord&) { return row != left_out; };
  return planted;
}

}  // namespace

TEST_CASE("the grid's hash is that of the sweep file, whatever is selected or run", "[coverage]") {
  const StoredSweep stored(three_laws, without_row(0));
  for (const Report& report : {covered(stored), covered(stored, {"dimension=3"})}) {
    const Coverage& coverage = *report.coverage;
    CHECK(coverage.points == stored.grid().size());
    CHECK(coverage.grid_hash == stored.grid().hash());
    REQUIRE(coverage.declared);
    CHECK(coverage.declared->hash == stored.grid().hash());
    CHECK(coverage.declared->points == stored.grid().size());
  }
}

TEST_CASE("the hash of a grid changes with any value and not with the order of the axes", "[coverage]") {
  const auto hash_of = [](const std::string& axes) {
    const std::string text = "name = a\nmodel = linear-attention\n[axes]\n" + axes;
    return sweep::parse_sweep(text, "test.ini", {}, test::vocabulary()).grid.hash();
  };
  const auto hash = hash_of("distribution = gaussian, sparse\ndimension = 2\ncontext = 10, 20\n");
  CHECK(hash == hash_of("context = 20, 10\ndimension = 2\ndistribution = sparse, gaussian\n"));
  CHECK(hash != hash_of("distribution = gaussian, sparse\ndimension = 2\ncontext = 10, 21\n"));
}

TEST_CASE("exclusions are told with place, text and count", "[coverage]") {
  const Report report = covered(StoredSweep(three_laws));
  const DeclaredGrid& declared = report.coverage->declared.value();
  CHECK(declared.excluded == 4);  // one combination meets both
  REQUIRE(declared.exclusions.size() == 2);
  CHECK(declared.exclusions[0].place == "sweep file:9: axes.exclude");
  CHECK(declared.exclusions[0].text == "dimension=3 & context=11");
  CHECK(declared.exclusions[0].combinations == 3);
  CHECK(declared.exclusions[1].combinations == 2);
}

TEST_CASE("every status is counted, missing rows as not run", "[coverage]") {
  const Report report = covered(StoredSweep(three_laws, without_row(2)));
  const auto& statuses = report.coverage->statuses;
  CHECK(statuses[static_cast<std::size_t>(Status::not_run)] == 1);
  CHECK(statuses[static_cast<std::size_t>(Status::converged)] == 7);
}

TEST_CASE("values at which a theorem never holds are found, vacuous ones told apart", "[coverage]") {
  const StoredSweep stored(three_laws);
  const Report report = covered(stored);
  constexpr std::size_t limit = 0, sparse = 1;
  CHECK(value(report, "distribution", "gaussian").held(limit));
  const ValueCoverage& skewed = value(report, "distribution", "skewed");
  CHECK_FALSE(skewed.held(limit));
  CHECK_FALSE(skewed.vacuous(limit));
  CHECK(skewed.verdicts[limit][static_cast<std::size_t>(VerdictKind::violated)] == skewed.points);
  CHECK(value(report, "distribution", "full-one").vacuous(limit));
  CHECK(value(report, "dimension", "3").held(limit));
  CHECK(value(report, "context", "11").points == 2);
  CHECK(value(report, "distribution", "gaussian").vacuous(sparse));
  CHECK(report.tallies[sparse].vacuous());
  CHECK_FALSE(report.tallies[limit].vacuous());
  const auto keys = [](const AxisCoverage& one) { return one.key; };
  CHECK(std::ranges::count(report.coverage->axes, "model", keys) == 0);  // one value only
}

TEST_CASE("a value whose points were not run is neither held nor vacuous", "[coverage]") {
  const sweep::Sweep sweep = sweep::parse_sweep(three_laws, "test.ini", {}, test::vocabulary());
  Planted planted;
  planted.run = [&](std::size_t row, record::RunRecord&) {
    return sweep.grid.point(row).name("distribution") != "gaussian";
  };
  const Report report = covered(StoredSweep(three_laws, planted));
  const ValueCoverage& gaussian = value(report, "distribution", "gaussian");
  CHECK(gaussian.points == 3);
  CHECK(gaussian.judged(0) == 0);
  CHECK_FALSE(gaussian.held(0));
  CHECK_FALSE(gaussian.vacuous(0));
}

TEST_CASE("coverage is printed in words", "[coverage]") {
  const StoredSweep stored(three_laws);
  const std::string text = printed(stored, false);
  CHECK(has(text, "grid        8 points, hash " + to_hex(stored.grid().hash())));
  CHECK(has(text, "sweep file  declares this grid\n"));
  CHECK(has(text, "sweep file:9: axes.exclude = dimension=3 & context=11: met by 3\n"));
  CHECK(has(text, "8 points: 8 converged\n"));
  CHECK(has(text, ": model linear-attention, distribution skewed, dimension "));
  CHECK(has(text,
            "distribution: 2 of 3 values\n      skewed: 2 violated\n      full-one: 3 hypothesis-unmet "
            "(vacuous)\n"));
  CHECK(has(text, "mesa.sparse\n  holds nowhere: 8 hypothesis-unmet (vacuous)\n"));
}

TEST_CASE("coverage is printed as JSON", "[coverage]") {
  const StoredSweep stored(three_laws);
  const auto json = nlohmann::json::parse(printed(stored, true)).at("coverage");
  CHECK(json["grid_hash"] == to_hex(stored.grid().hash()));
  CHECK(json["sweep_file"]["excluded"] == 4);
  CHECK(json["statuses"]["converged"] == 8);
  const auto& limit = json["theorems"][0];
  CHECK(limit["name"] == "mesa.limit");
  CHECK(limit["verdicts"]["violated"] == 2);
  const auto& lacking = limit["values_without_holds"];
  REQUIRE(lacking.size() == 2);
  CHECK(lacking[0]["value"] == "skewed");
  CHECK(lacking[0]["vacuous"] == false);
  CHECK(lacking[1]["value"] == "full-one");
  CHECK(lacking[1]["vacuous"] == true);
  CHECK(json["theorems"][1]["vacuous"] == true);
}

TEST_CASE("a sweep file that does not make the store's points is said", "[coverage]") {
  Planted planted;
  planted.metadata = [](store::Metadata& metadata) { metadata.sweep_text = "name = only\n"; };
  const StoredSweep unreadable(three_laws, planted);
  CHECK(has(printed(unreadable, false), "sweep file  not read: "));
  planted.metadata = [](store::Metadata& metadata) { metadata.sweep_text += "#! set axes.dimension=2\n"; };
  CHECK(has(printed(StoredSweep(three_laws, planted), false), "declares another grid: 5 points, hash "));
}

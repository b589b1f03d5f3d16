#include "verify/replicates.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "stored_sweep.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::verify;
using test::Planted;
using test::StoredSweep;

namespace {

constexpr std::size_t seeds = 5;

// Rows 0..4: the replicates; row 5: the exact descent of the same setting; row 6: of another start.
constexpr const char* descents = R"(
name = replicates
model = linear-attention
theorems = mesa.limit-sampled
[grid.sampled]
risk = empirical
distribution = uniform
dimension = 2
context = 6
init = 0.5:0.5
seed = 0..4
[grid.exact]
risk = population
distribution = uniform
dimension = 2
context = 6
init = 0.5:0.5, 0.6:0.5
[flow]
integrator = euler
step = 0.05
steps = 40
records = 9
[empirical]
sequences = 1000
)";

constexpr const char* sizes = R"(
name = sizes
model = linear-attention
risk = empirical
theorems = mesa.limit-sampled
[axes]
distribution = uniform
dimension = 1
context = 3
seed = 0..4
sequences = 10, 20, 40
[flow]
integrator = euler
step = 0.1
steps = 1
records = 2
)";

constexpr double limit_of_uniform = 7.0 / 5;  // kappa1 / kappa2 at d = 1
constexpr std::size_t ab_column = 1;

ReplicateReport reported(const StoredSweep& stored, const std::vector<std::string>& where = {}) {
  store::Reader reader(stored.path());
  return replicates(reader, test::vocabulary(), where);
}

// Final values of which those of N sequences deviate from the limit by known numbers times N^exponent.
Planted with_exponent(double exponent) {
  Planted planted;
  planted.run = [exponent](std::size_t row, record::RunRecord& run) {
    const double sequences = 10 * std::pow(2, static_cast<double>(row % 3));
    const double deviation = static_cast<double>(row / 3) - 2;
    run.finals[ab_column] = limit_of_uniform + deviation * std::pow(sequences, exponent);
    return true;
  };
  return planted;
}

}  // namespace

TEST_CASE("replicates are summarised by setting, with Student's interval") {
  Planted planted;
  planted.run = [](std::size_t row, record::RunRecord& run) {
    run.finals[ab_column] = row < seeds ? static_cast<double>(row) : run.finals[ab_column];
    return true;
  };
  const ReplicateReport report = reported(StoredSweep(descents, planted));
  REQUIRE(report.settings.size() == 1);
  const Replicates& found = report.settings.front();
  CHECK(found.runs == seeds);
  CHECK(found.ended_early == 0);
  CHECK(found.mean == Approx(2.0));
  CHECK(found.deviation == Approx(std::sqrt(2.5)));
  CHECK(found.half_width == Approx(2.7764451 * std::sqrt(0.5)));  // t of 4 degrees of freedom at 97.5 %
  CHECK(found.in_words.find("seed") == std::string::npos);
}

TEST_CASE("settings that differ in a parameter name it at its default too") {
  std::string starts = descents;
  starts.replace(starts.find("init = 0.5:0.5"), 14, "init = 0.1:0.1, 0.5:0.5");
  const ReplicateReport report = reported(StoredSweep(starts));
  REQUIRE(report.settings.size() == 2);
  CHECK(report.settings[0].in_words.find("init 0.1:0.1") != std::string::npos);
  CHECK(report.settings[1].in_words.find("init 0.5:0.5") != std::string::npos);
  CHECK(report.settings[0].in_words.find("mask") == std::string::npos);
}

TEST_CASE("a run that ended early is counted and in no figure") {
  Planted planted;
  planted.run = [](std::size_t row, record::RunRecord& run) {
    if (row == 0) run.status = record::Status::diverged;
    return true;
  };
  const ReplicateReport report = reported(StoredSweep(descents, planted));
  REQUIRE(report.settings.size() == 1);
  CHECK(report.settings.front().runs == seeds - 1);
  CHECK(report.settings.front().ended_early == 1);
}

TEST_CASE("the exact descent lies in the band of its replicates, and a displaced one does not") {
  const ReplicateReport report = reported(StoredSweep(descents));
  REQUIRE(report.bands.size() == 1);
  CHECK(report.bands.front().runs == seeds);
  CHECK(report.bands.front().times == 8);
  CHECK(report.bands.front().margin > 0);
  CHECK(exit_code(report) == ExitCode::success);

  // Replicates of (B, A) alone have the same exact flow.
  CHECK(reported(StoredSweep(std::string(descents) + "train = ba\n")).bands.size() == 1);

  Planted displaced;
  double time = 0;
  displaced.run = [&time](std::size_t row, record::RunRecord& run) {
    const std::size_t columns = run.trajectory.values.size() / run.trajectory.flow_time.size();
    if (row != seeds) return true;
    run.trajectory.values[4 * columns + ab_column] *= 2;
    time = run.trajectory.flow_time[4];
    return true;
  };
  const ReplicateReport outside = reported(StoredSweep(descents, displaced));
  REQUIRE(outside.bands.size() == 1);
  CHECK(outside.bands.front().margin < 0);
  CHECK(outside.bands.front().at == Approx(time));
  CHECK(exit_code(outside) == ExitCode::internal_error);
}

TEST_CASE("the exponent of the gap against the number of sequences") {
  const double exponent = GENERATE(-0.5, -1.5);
  const ReplicateReport report = reported(StoredSweep(sizes, with_exponent(exponent)));
  REQUIRE(report.laws.size() == 1);
  const GapLaw& law = report.laws.front();
  CHECK(law.spread.value == Approx(exponent));
  // Leaving out one of -2..2: variances 5/3 (twice), 35/12 (twice), 10/3, at each size alike. x about the
  // middle: -log 2, 0, log 2; Student's t of 12 degrees of freedom at 99.5 %.
  const double logs[] = {std::log(5.0 / 3) / 2, std::log(5.0 / 3) / 2, std::log(35.0 / 12) / 2,
                         std::log(35.0 / 12) / 2, std::log(10.0 / 3) / 2};
  double mean = 0, spread = 0;
  for (const double y : logs) mean += y / 5;
  for (const double y : logs) spread += (y - mean) * (y - mean);
  CHECK(law.spread.half_width == Approx(3.0545396 * std::sqrt(spread * 4 / 5 / 2) / std::log(2.0)));
  CHECK(law.root_mean_square.value == Approx(exponent));  // no bias
  CHECK(law.resolves() == (law.spread.half_width < 0.25));
  REQUIRE(law.gaps.size() == 3);
  CHECK(law.gaps[1].sequences == 20);
  CHECK(law.gaps[1].mean == Approx(0.0).margin(1e-12));
  CHECK(law.agrees() == (exponent == -0.5));
  CHECK(exit_code(report) == (exponent == -0.5 ? ExitCode::success : ExitCode::internal_error));
}

TEST_CASE("a bias steepens the root mean square of the gap and leaves the spread alone") {
  Planted planted;
  planted.run = [](std::size_t row, record::RunRecord& run) {
    const double sequences = 10 * std::pow(2, static_cast<double>(row % 3));
    const double deviation = static_cast<double>(row / 3) - 2;
    run.finals[ab_column] = limit_of_uniform + deviation / std::sqrt(sequences) + 20 / sequences;
    return true;
  };
  const ReplicateReport report = reported(StoredSweep(sizes, planted));
  REQUIRE(report.laws.size() == 1);
  const GapLaw& law = report.laws.front();
  CHECK(law.spread.value == Approx(-0.5));
  CHECK(law.root_mean_square.value < -0.8);
  CHECK(law.gaps[0].mean == Approx(2.0));
  CHECK(law.gaps[0].root_mean_square == Approx(std::sqrt(4.0 + 0.2)));
}

TEST_CASE("the report is printed as text and as JSON") {
  const ReplicateReport report = reported(StoredSweep(descents));
  std::ostringstream text, json;
  print(report, text);
  print_json(report, json);
  CHECK(text.str().find("inside") != std::string::npos);
  const auto parsed = nlohmann::json::parse(json.str());
  CHECK(parsed["settings"].size() == 1);
  CHECK(parsed["bands"][0]["times"] == 8);
  CHECK(parsed["exit_code"] == 0);
  std::ostringstream nothing;
  print(reported(StoredSweep(descents), {"risk=population"}), nothing);
  CHECK(nothing.str().find("no setting") != std::string::npos);
}

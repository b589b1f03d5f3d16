#include "export/csv.hpp"

#include <sys/stat.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>
#include <sstream>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "csv_table.hpp"
#include "stored_sweep.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::exporting;
using exporting::test::cell;
using exporting::test::Cells;
using exporting::test::parse_csv;
using verify::test::Planted;
using verify::test::StoredSweep;
using verify::test::vocabulary;

namespace {

std::string csv(const StoredSweep& stored, const CsvOptions& options = {}) {
  store::Reader reader(stored.path());
  std::ostringstream out;
  write_csv(reader, vocabulary(), options, out);
  return out.str();
}

double number(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t files_in(const std::filesystem::path& folder) {
  using Iterator = std::filesystem::directory_iterator;
  return static_cast<std::size_t>(std::distance(Iterator(folder), Iterator()));
}

constexpr const char* listed_times = R"(
name = listed
model = linear-attention
theorems = mesa.limit
[axes]
distribution = gaussian
dimension = 2
context = 10
perturbation = 0, 0.1
[flow]
record_times = 0.001, 0.01
)";

}  // namespace

TEST_CASE("CSV has the contract's columns in their order", "[export]") {
  const Cells table = parse_csv(csv(StoredSweep(verify::test::every_verdict)));
  std::vector<std::string> expected = {"id"};
  for (const auto& declaration : vocabulary()->parameters)
    expected.push_back(declaration.key == "risk" ? "parameter.risk" : declaration.key);
  for (const char* key : {"status", "flow_time", "evaluations", "wall_seconds", "risk", "ab", "a_diagonal",
                          "a_offdiagonal", "b_diagonal", "b_offdiagonal", "gradient_norm"})
    expected.emplace_back(key);
  REQUIRE(table.size() == 6);
  REQUIRE(table[0].size() > expected.size());
  CHECK(std::vector(table[0].begin(), table[0].begin() + std::ssize(expected)) == expected);
  const std::vector<std::string> last(table[0].end() - 8, table[0].end());
  CHECK(last == std::vector<std::string>{"mesa.limit.verdict", "mesa.limit.margin", "mesa.limit.predicted",
                                         "mesa.limit.measured", "mesa.sparse.verdict", "mesa.sparse.margin",
                                         "mesa.sparse.predicted", "mesa.sparse.measured"});
  for (const auto& row : table) CHECK(row.size() == table[0].size());
  CHECK(std::set(table[0].begin(), table[0].end()).size() == table[0].size());
  CHECK(cell(table, 0, "parameter.risk") == "population");
}

TEST_CASE("CSV numbers read back to the stored bits", "[export]") {
  const StoredSweep stored(verify::test::every_verdict);
  const Cells table = parse_csv(csv(stored));
  store::Reader reader(stored.path());
  for (std::size_t row = 0; row < stored.grid().size(); ++row) {
    CAPTURE(row);
    const record::RunRecord run = reader.read(row);
    CHECK(cell(table, row, "id") == to_hex(stored.grid().id(row)));
    CHECK(cell(table, row, "status") == record::name(run.status));
    CHECK(number(cell(table, row, "flow_time")) == run.flow_time);
    CHECK(cell(table, row, "evaluations") == std::to_string(run.evaluations));
    CHECK(number(cell(table, row, "wall_seconds")) == run.wall_seconds);
    CHECK(cell(table, row, "mesa.limit.verdict") == record::name(run.verdicts[0].kind));
    CHECK(number(cell(table, row, "mesa.limit.predicted")) == run.verdicts[0].predicted);
    for (std::size_t o = 0; o < run.finals.size(); ++o) {
      const double read = number(cell(table, row, reader.schema().observables[o].name));
      CHECK((read == run.finals[o] || (std::isnan(read) && std::isnan(run.finals[o]))));
    }
  }
}

TEST_CASE("CSV leaves unused parameters empty", "[export]") {
  const Cells table = parse_csv(csv(StoredSweep(verify::test::every_verdict)));
  CHECK(cell(table, 0, "distribution") == "gaussian");
  CHECK(cell(table, 0, "dimension") == "2");
  CHECK(cell(table, 0, "scale") == "1");
  CHECK(cell(table, 0, "init") == "0.1:0.1");
  CHECK(cell(table, 0, "step").empty());
  CHECK(cell(table, 0, "seed").empty());
  CHECK(cell(table, 3, "horizon") == "0.001");
  CHECK(cell(table, 4, "step") == "10");
  CHECK(cell(table, 4, "horizon").empty());
  CHECK(cell(table, 0, "test_loss") == "nan");
}

TEST_CASE("CSV quotes cells with commas and writes reals with 17 digits", "[export]") {
  const std::string text = csv(StoredSweep(listed_times));
  CHECK(text.find("\"0.001, 0.01\"") != std::string::npos);
  CHECK(text.find(",0.10000000000000001,") != std::string::npos);
  CHECK(cell(parse_csv(text), 1, "record_times") == "0.001, 0.01");
}

TEST_CASE("CSV writes what is not finite as nan, inf and -inf", "[export]") {
  Planted planted;
  planted.run = [](std::size_t, record::RunRecord& run) {
    run.finals[0] = -std::numeric_limits<double>::quiet_NaN();
    run.finals[1] = std::numeric_limits<double>::infinity();
    run.finals[2] = -run.finals[1];
    return true;
  };
  const Cells table = parse_csv(csv(StoredSweep(verify::test::every_verdict, planted)));
  CHECK(cell(table, 0, "risk") == "nan");
  CHECK(cell(table, 0, "ab") == "inf");
  CHECK(cell(table, 0, "a_diagonal") == "-inf");
}

TEST_CASE("CSV shows missing and damaged rows as not run", "[export]") {
  Planted planted;
  planted.run = [](std::size_t row, record::RunRecord&) { return row != 1; };
  const StoredSweep stored(verify::test::every_verdict, planted);
  stored.damage(2);
  store::Reader reader(stored.path());
  std::ostringstream out;
  const CsvSummary summary = write_csv(reader, vocabulary(), {}, out);
  CHECK(summary.lines == 5);
  CHECK(summary.missing == 1);
  CHECK(summary.damaged == 1);
  const Cells table = parse_csv(out.str());
  REQUIRE(table.size() == 6);
  CHECK(cell(table, 1, "distribution") == "skewed");
  for (const std::size_t row : {1, 2}) {
    CHECK(cell(table, row, "status") == "not-run");
    CHECK(cell(table, row, "ab").empty());
    CHECK(cell(table, row, "mesa.limit.verdict").empty());
    CHECK(table[row + 1].size() == table[0].size());
  }
}

TEST_CASE("CSV keeps the rows and theorems that are asked for", "[export]") {
  const StoredSweep stored(verify::test::every_verdict);
  const Cells table = parse_csv(csv(stored, {{"distribution=skewed,full-one"}, {"mesa.sparse"}}));
  REQUIRE(table.size() == 3);
  CHECK(cell(table, 0, "distribution") == "skewed");
  CHECK(table[0].back() == "mesa.sparse.measured");
  CHECK_THROWS_AS(cell(table, 0, "mesa.limit.verdict"), std::out_of_range);
  CHECK_THROWS_AS(csv(stored, {{"nonsense=1"}, {}}), InputError);
  CHECK_THROWS_AS(csv(stored, {{}, {"nonsense"}}), InputError);
}

TEST_CASE("a CSV file appears whole or not at all", "[export]") {
  const StoredSweep stored(verify::test::every_verdict);
  store::Reader reader(stored.path());
  const auto target = stored.folder() / "table.csv";
  write_csv_file(reader, vocabulary(), {}, target.string());
  CHECK(content(target) == csv(stored));
  CHECK(files_in(stored.folder()) == 2);
  CHECK_THROWS_AS(write_csv_file(reader, vocabulary(), {{"nonsense=1"}, {}}, target.string()), InputError);
  CHECK(content(target) == csv(stored));
  CHECK(files_in(stored.folder()) == 2);
  CHECK_THROWS_AS(write_csv_file(reader, vocabulary(), {}, (stored.folder() / "no" / "t.csv").string()),
                  InputError);
  CHECK_THROWS_AS(write_csv_file(reader, vocabulary(), {}, stored.folder().string()), InputError);
}

TEST_CASE("a CSV file never replaces a store or what is no file", "[export]") {
  const StoredSweep stored(verify::test::every_verdict);
  const std::string before = content(stored.path());
  store::Reader reader(stored.path());
  const auto link = stored.folder() / "table.csv";
  std::filesystem::create_symlink(stored.path(), link);
  const auto pipe = stored.folder() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0666) == 0);
  for (const std::string& target : {stored.path(), link.string(), pipe.string()}) {
    CAPTURE(target);
    CHECK_THROWS_AS(write_csv_file(reader, vocabulary(), {}, target), InputError);
  }
  CHECK(content(stored.path()) == before);
  CHECK(std::filesystem::is_fifo(pipe));
  CHECK(files_in(stored.folder()) == 3);
}

TEST_CASE("a CSV file written through a link replaces the file, not the link", "[export]") {
  const StoredSweep stored(verify::test::every_verdict);
  store::Reader reader(stored.path());
  const auto target = stored.folder() / "table.csv", link = stored.folder() / "link.csv";
  std::ofstream(target) << "old";
  std::filesystem::create_symlink(target, link);
  write_csv_file(reader, vocabulary(), {}, link.string());
  CHECK(std::filesystem::is_symlink(link));
  CHECK(content(target) == csv(stored));
}

TEST_CASE("a stream that fails is an error", "[export]") {
  const StoredSweep stored(verify::test::every_verdict);
  store::Reader reader(stored.path());
  std::ofstream full("/dev/full");
  CHECK_THROWS_AS(write_csv(reader, vocabulary(), {}, full), std::runtime_error);
}

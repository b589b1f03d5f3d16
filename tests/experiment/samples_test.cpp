#include <functional>

#include "core/error.hpp"
#include "core/rng.hpp"
#include "defect.hpp"
#include "distribution/sample_table.hpp"
#include "experiment/parameters.hpp"
#include "points.hpp"
#include "support/catch.hpp"
#include "sweep/table.hpp"

using namespace flowsweep;
using record::VerdictKind;

namespace {

constexpr std::uint64_t seed = 20261122;

sweep::Table gaussian_rows(std::size_t rows, std::size_t columns) {
  CounterRng rng(seed, rows);
  sweep::Table table{"rows.csv", columns, {}};
  for (std::size_t k = 0; k < rows * columns; ++k) table.values.push_back(rng.normal());
  return table;
}

// The law of independent coordinates with these values and weights, exactly: every pair, as often as it is
// due.
sweep::Table product_rows(const std::vector<std::pair<double, int>>& values, int repeats) {
  sweep::Table table{"rows.csv", 2, {}};
  for (int k = 0; k < repeats; ++k)
    for (const auto& [x, p] : values)
      for (const auto& [y, q] : values)
        for (int n = 0; n < p * q; ++n) table.values.insert(table.values.end(), {x, y});
  return table;
}

sweep::Sweep sweep_of(const sweep::Table& table, const std::string& top = "", const std::string& axes = "",
                      const std::string& empirical = "") {
  return test::sweep_of(top + "\n" + sweep::table_block(table),
                        "distribution = samples(" + table.name + ")\ndimension = " +
                            std::to_string(table.columns) + "\ncontext = 10\ninit = 0.2:0.3\n" + axes,
                        "", empirical);
}

VerdictKind verdict(const sweep::Table& table, const std::string& theorem,
                    const experiment::Options& options = {}) {
  const record::RunRecord run = test::run(test::only_point(sweep_of(table)), theorem, options);
  CAPTURE(run.message);
  return run.verdicts.at(0).kind;
}

}  // namespace

TEST_CASE("a point of samples is identified by the rows' values", "[samples]") {
  sweep::Table table = gaussian_rows(5, 2);
  const std::uint64_t id = test::only_point(sweep_of(table)).id();
  table.name = "elsewhere/moved.csv";
  CHECK(test::only_point(sweep_of(table)).id() == id);
  table.values[3] += 1e-15;
  CHECK(test::only_point(sweep_of(table)).id() != id);
}

TEST_CASE("an axis may mix files and other laws", "[samples]") {
  sweep::Table one = gaussian_rows(4, 2), two = gaussian_rows(5, 2);
  two.name = "two, with a comma.csv";
  const auto mixed = test::sweep_of(sweep::table_block(one) + sweep::table_block(two),
                                    "distribution = gaussian, samples(rows.csv), samples(two, with a "
                                    "comma.csv)\ndimension = 2\ncontext = 10, 20\n"
                                    "scale = 1, 2\n");
  CHECK(mixed.grid.size() == 4 + 2 + 2);  // samples have no scale
  CHECK(sweep::tables_in(mixed.text, "test.ini").size() == 2);
}

TEST_CASE("tables that do not fit are refused", "[samples]") {
  const sweep::Table table = gaussian_rows(4, 3);
  const auto refused = [&](const std::string& top, const std::string& axes, const std::string& part) {
    CAPTURE(axes);
    try {
      test::sweep_of(top, axes);
      FAIL("accepted");
    } catch (const InputError& error) {
      CHECK(std::string(error.what()).find(part) != std::string::npos);
    }
  };
  const std::string block = sweep::table_block(table), rest = "\ncontext = 10\n";
  refused(block, "distribution = samples(rows.csv)\ndimension = 2" + rest, "have 3 columns");
  refused(block, "distribution = samples\ndimension = 3" + rest, "needs a file");
  refused(block, "distribution = samples(other.csv)\ndimension = 3" + rest, "not in the sweep's text");
  refused(block, "distribution = samples(rows.csv)\nrows = 5\ndimension = 3" + rest,
          "is set by samples(FILE)");
  refused("#! table 5 2 rows.csv\n#! row 1,2\n", "distribution = gaussian\ndimension = 3" + rest,
          "other rows");
  const std::string axes = "distribution = gaussian\ndimension = 3" + rest;
  for (const auto& [text, part] : std::vector<std::pair<std::string, std::string>>{
           {"#! row 1,2\n#! table 5 2 rows.csv", "below a line #! table"},
           {"#! table 5", "must be HASH COLUMNS FILE"},
           {"#! table 5 x rows.csv", "must be an integer"},
           {"#! table 5 0 rows.csv", "at least one column"},
           {"#! table 5 2 rows.csv", "other rows"},
           {"#! table 5 2 rows.csv\n#! row 1,2,3", "must have 2 numbers"},
           {"#! table 5 2 rows.csv\n#! row 1,inf", "must be finite"}})
    refused(text, axes, part);
}

TEST_CASE("rows with too little to say leave a theorem inconclusive, more decide it", "[samples]") {
  CAPTURE(seed);
  CHECK(verdict(gaussian_rows(500, 2), "mesa.limit") == VerdictKind::inconclusive);
  CHECK(verdict(gaussian_rows(300000, 2), "mesa.limit") == VerdictKind::holds);
  CHECK(verdict(product_rows({{1, 1}, {-1, 1}}, 10), "mesa.limit") == VerdictKind::inconclusive);
  CHECK(verdict(product_rows({{1, 1}, {-1, 1}}, 10000), "mesa.limit") == VerdictKind::holds);
  // full-one rows: E v_1 v_2 = 1.
  sweep::Table ones{"rows.csv", 2, std::vector<double>(4000, 1.0)};
  CHECK(verdict(ones, "mesa.limit") == VerdictKind::hypothesis_unmet);
}

TEST_CASE("a violation shows through samples", "[samples]") {
  // Independent coordinates, 2 with probability 1/3 and -1 with 2/3: Assumption 4.1 as encoded here is met.
  CHECK(verdict(product_rows({{2, 1}, {-1, 2}}, 20000), "mesa.limit") == VerdictKind::violated);
  CHECK(verdict(product_rows({{1, 1}, {-1, 1}}, 10000), "mesa.limit", test::weight_decay(10)) ==
        VerdictKind::violated);
  CHECK(verdict(gaussian_rows(500, 2), "mesa.balance") == VerdictKind::holds);
  CHECK(verdict(gaussian_rows(500, 2), "mesa.balance", test::uneven_gradient()) == VerdictKind::violated);
}

TEST_CASE("the empirical risk draws rows of the table", "[samples]") {
  const sweep::Table table = gaussian_rows(5, 2);
  const sweep::Point point = test::only_point(sweep_of(
      table, "risk = empirical", "integrator = euler\nstep = 1e-3\nsteps = 3\n", "sequences = 20\n"));
  const record::RunRecord run = test::run(point);
  CHECK(run.status == record::Status::horizon_reached);
  CHECK(run.weights == test::run(point).weights);
}

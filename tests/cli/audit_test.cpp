#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/audit_sample.hpp"
#include "cli/audit_summary.hpp"
#include "support/catch.hpp"

namespace flowsweep::cli {
namespace {

using Rows = std::vector<std::size_t>;

std::vector<std::uint64_t> some_ids(std::size_t count) {
  std::vector<std::uint64_t> ids(count);
  for (std::size_t row = 0; row < count; ++row) ids[row] = 0x9e3779b97f4a7c15 * (row + 1);
  return ids;
}

Rows first_rows(std::size_t count) {
  Rows rows(count);
  for (std::size_t row = 0; row < count; ++row) rows[row] = row;
  return rows;
}

std::set<std::uint64_t> ids_of(const Rows& rows, const std::vector<std::uint64_t>& ids) {
  std::set<std::uint64_t> chosen;
  for (const std::size_t row : rows) chosen.insert(ids[row]);
  return chosen;
}

std::size_t choose(std::size_t n, std::size_t k) {
  return k > n ? 0 : k == 0 ? 1 : choose(n - 1, k - 1) * n / k;
}

// Whether among `n`, D of them marked, samples of k with at most x marked ones are 1 in 100 or more.
bool likely(std::size_t n, std::size_t marked, std::size_t k, std::size_t x) {
  std::size_t samples = 0;
  for (std::size_t j = 0; j <= std::min(x, k); ++j) samples += choose(marked, j) * choose(n - marked, k - j);
  return 100 * samples >= choose(n, k);
}

AuditSummary summary_of(std::size_t population, std::size_t drawn) {
  AuditSummary summary;
  summary.plan = {.store = "a b.h5", .command = "flowsweep audit", .points = population + 3};
  summary.plan.committed = population + 2;
  summary.plan.repeatable = 2;
  summary.plan.drawn = drawn;
  return summary;
}

const AuditFinding one_column{.row = 1, .deviations = {{"finals/ab", 0.5, 0.25}}};
const AuditFinding two_columns{.row = 2,
                               .deviations = {{"finals/ab", 2, 0.125}, {"status", INFINITY, INFINITY}}};

}  // namespace

TEST_CASE("a share of rows is rounded up, past the rounding of its product", "[audit]") {
  CHECK(sample_size(0, 0.5) == 0);
  CHECK(sample_size(1, 1e-9) == 1);
  CHECK(sample_size(100, 0.07) == 7);
  CHECK(sample_size(100, 0.071) == 8);
  CHECK(sample_size(172, 1) == 172);
}

TEST_CASE("a sample is as large as asked, ascending and without repetition", "[audit]") {
  const auto ids = some_ids(50);
  const std::size_t size = GENERATE(0, 1, 7, 50);
  const Rows rows = random_sample(first_rows(50), ids, size, 3);
  CHECK(rows.size() == size);
  CHECK(std::ranges::adjacent_find(rows, std::greater_equal<>()) == rows.end());
}

TEST_CASE("a sample is a function of seed and ids, not of the order of the rows", "[audit]") {
  const auto ids = some_ids(40);
  std::vector<std::uint64_t> reversed(ids.rbegin(), ids.rend());
  const Rows rows = first_rows(40);
  const auto chosen = ids_of(random_sample(rows, ids, 9, 11), ids);
  CHECK(chosen == ids_of(random_sample(rows, ids, 9, 11), ids));
  CHECK(chosen == ids_of(random_sample(rows, reversed, 9, 11), reversed));
  CHECK(chosen != ids_of(random_sample(rows, ids, 9, 12), ids));
}

TEST_CASE("a row that is added replaces at most one of the sample", "[audit]") {
  const auto ids = some_ids(41);
  const auto before = ids_of(random_sample(first_rows(40), ids, 9, 11), ids);
  const auto after = ids_of(random_sample(first_rows(41), ids, 9, 11), ids);
  CHECK(std::ranges::count_if(before, [&](std::uint64_t id) { return !after.contains(id); }) <= 1);
}

TEST_CASE("every row is drawn equally often over many seeds", "[audit]") {
  constexpr std::size_t population = 10, size = 3, seeds = 4000;
  const auto ids = some_ids(population);
  std::map<std::size_t, std::size_t> drawn;
  for (std::uint64_t seed = 0; seed < seeds; ++seed)
    for (const std::size_t row : random_sample(first_rows(population), ids, size, seed)) ++drawn[row];
  const double share = static_cast<double>(size) / population;
  // Fixed seeds: a bound of 5 standard errors is not left by chance.
  const double bound = 5 * std::sqrt(seeds * share * (1 - share));
  for (std::size_t row = 0; row < population; ++row)
    CHECK(std::abs(static_cast<double>(drawn[row]) - seeds * share) < bound);
}

TEST_CASE("the confidence bound is that of counting all samples", "[audit]") {
  for (std::size_t n = 1; n <= 12; ++n)
    for (std::size_t k = 1; k <= n; ++k)
      for (std::size_t x = 0; x <= k; ++x) {
        CAPTURE(n, k, x);
        std::size_t largest = x;
        for (std::size_t marked = x; marked <= n - (k - x); ++marked)
          if (likely(n, marked, k, x)) largest = marked;
        CHECK(most_marked(n, k, x, 0.99) == largest);
      }
}

TEST_CASE("the confidence bound of large stores", "[audit]") {
  CHECK(most_marked(1'000'000, 1'000'000, 0, 0.99) == 0);
  // Of an endless population the bound is 1 - 0.01^(1/k).
  const double endless = 1 - std::pow(0.01, 1.0 / 10'000);
  const double found = static_cast<double>(most_marked(10'000'000, 10'000, 0, 0.99)) / 1e7;
  CHECK(std::abs(found / endless - 1) < 1e-3);  // the sample is a thousandth of the population
}

TEST_CASE("findings survive the way to rank 0", "[audit]") {
  const AuditFinding damaged{.row = 7, .intact = false, .elsewhere = true};
  CHECK(decoded_findings(encoded(one_column) + encoded(two_columns) + encoded(damaged)) ==
        std::vector{one_column, two_columns, damaged});
}

TEST_CASE("differences are gathered by column with the largest deviation", "[audit]") {
  const std::vector<Difference> differences = {
      {"weights", "0", "", "", 1, 0.5}, {"steps", "", "", "", 3, 0.1}, {"weights", "4", "", "", 2, 0.25}};
  CHECK(by_column(differences) == std::vector<ColumnDeviation>{{"weights", 2, 0.5}, {"steps", 3, 0.1}});
}

TEST_CASE("a summary counts rows, columns and what follows", "[audit]") {
  AuditSummary summary = summary_of(10, 4);
  summary.add({.row = 0}, 100);
  CHECK(summary.exit_code() == ExitCode::more_work);
  CHECK_FALSE(summary.most_different());
  summary.add(one_column, 101);
  summary.add(two_columns, 102);
  summary.add({.row = 3, .elsewhere = true}, 103);
  CHECK(summary.audited() == 4);
  CHECK(summary.identical == 2);
  CHECK(summary.elsewhere == 1);
  CHECK(summary.different == std::vector<std::uint64_t>{101, 102});
  REQUIRE(summary.columns.size() == 2);
  CHECK(summary.columns[0].rows == 2);
  CHECK(summary.columns[0].deviation == 2);
  CHECK(summary.columns[0].relative == 0.25);
  CHECK(summary.columns[0].worst_id == 102);
  CHECK(summary.most_different() == 8);  // all but the two that are identical
  CHECK(summary.exit_code() == ExitCode::internal_error);
  const std::string words = in_words(summary);
  CHECK(words.find("flowsweep reproduce 'a b.h5' 0000000000000065\n") != std::string::npos);
  CHECK(words.find("(8 of 10)") != std::string::npos);
  const auto json = nlohmann::json::parse(as_json(summary));
  CHECK(json["columns"][1]["worst_deviation"].is_null());
  CHECK(json["most_different"] == 8);
}

TEST_CASE("a damaged row among the drawn ones is said, and leaves no bound", "[audit]") {
  AuditSummary summary = summary_of(10, 2);
  summary.add({.row = 0}, 100);
  summary.add({.row = 1, .intact = false}, 101);
  CHECK(summary.exit_code() == ExitCode::bad_input);
  CHECK_FALSE(summary.most_different());
  CHECK(in_words(summary).find("No bound follows") != std::string::npos);
}

}  // namespace flowsweep::cli

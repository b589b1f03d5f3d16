#include "cli/stored_theorems.hpp"

#include "experiment/parameters.hpp"
#include "experiment/run_point.hpp"
#include "support/catch.hpp"

namespace flowsweep::cli {
namespace {

sweep::Sweep small_sweep(const std::string& theorems) {
  const std::string text =
      "name = a\nmodel = linear-attention\n" + theorems +
      "[grid.exact]\ndistribution = gaussian, skewed\ndimension = 2\ncontext = 10\n"
      "perturbation = 0, 0.1\n"
      "[grid.sampled]\nrisk = empirical\ndistribution = gaussian\ndimension = 2\ncontext = 10\n"
      "integrator = euler\nstep = 0.1\nsteps = 10\nsequences = 20\nseed = 0..1\n";
  return sweep::parse_sweep(text, "a.ini", {}, experiment::vocabulary());
}

std::vector<std::string> names(const Theorems& theorems) {
  std::vector<std::string> all;
  for (const theory::Theorem* theorem : theorems) all.push_back(theorem->name);
  return all;
}

store::Schema schema_with(const Theorems& theorems) {
  store::Schema schema;
  for (const theory::Theorem* theorem : theorems) schema.theorems.push_back(columns_of(*theorem));
  return schema;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("theorems are taken in one order, whatever the order of the sweep file") {
  const sweep::Sweep sweep = small_sweep("theorems = mesa.limit, mesa.balance\n");
  CHECK(names(wanted_theorems(sweep, {})) == Names{"mesa.balance", "mesa.limit"});
  CHECK(names(wanted_theorems(sweep, Names{"mesa.limit"})) == Names{"mesa.limit"});
  CHECK_THROWS_WITH(wanted_theorems(sweep, Names{"mesa.sparse"}),
                    Catch::Contains("the sweep has no such theorem"));
  CHECK(wanted_theorems(small_sweep(""), {}).size() == theory::registry().size());
}

TEST_CASE("a store never loses a theorem, and an unknown one is refused") {
  const Theorems balance = {theory::find_theorem("mesa.balance")},
                 limit = {theory::find_theorem("mesa.limit")};
  CHECK(names(united(limit, balance)) == Names{"mesa.balance", "mesa.limit"});
  store::Schema schema = schema_with(balance);
  CHECK(stores(schema, *balance.front()));
  CHECK_FALSE(stores(schema, *limit.front()));
  schema.theorems[0].measurements.pop_back();
  CHECK_FALSE(stores(schema, *balance.front()));
  schema.theorems[0].name = "mesa.gone";
  CHECK_THROWS_WITH(theorems_of(schema, "a.h5"), Catch::Contains("mesa.gone"));
}

TEST_CASE("judging a stored run gives the bits of a fresh one") {
  const sweep::Sweep sweep = small_sweep("");
  const Theorems all = wanted_theorems(sweep, {}), known = {theory::find_theorem("mesa.limit")};
  const StoredRunJudge judge(all, schema_with(known));
  REQUIRE(judge.possible());
  CHECK_FALSE(StoredRunJudge(all, schema_with({theory::find_theorem("mesa.balance")})).possible());
  std::vector<std::size_t> lacking;
  for (std::size_t t = 0; t < all.size(); ++t)
    if (all[t] != known.front()) lacking.push_back(t);
  for (std::size_t row = 0; row < sweep.grid.size(); ++row) {
    const record::RunRecord fresh = experiment::run_point(sweep.grid.point(row), all);
    record::RunRecord stored = fresh;
    for (const std::size_t t : lacking) {
      std::fill(stored.measurements[t].begin(), stored.measurements[t].end(), 0.0);
      stored.verdicts[t] = {};
    }
    judge.judge(sweep.grid.point(row), stored, lacking);
    for (std::size_t t = 0; t < all.size(); ++t) {
      CAPTURE(row, all[t]->name);
      CHECK(stored.verdicts[t].kind == fresh.verdicts[t].kind);
      CHECK(std::equal(stored.measurements[t].begin(), stored.measurements[t].end(),
                       fresh.measurements[t].begin(),
                       [](double a, double b) { return a == b || (a != a && b != b); }));
    }
  }
}

}  // namespace flowsweep::cli

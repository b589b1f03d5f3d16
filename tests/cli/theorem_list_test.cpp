#include "cli/stored_theorems.hpp"

#include <array>
#include <bit>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "experiment/linear_attention_observer.hpp"
#include "experiment/parameters.hpp"
#include "experiment/problem.hpp"
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
      "integrator = euler\nstep = 0.1, 1e3\nsteps = 20\nsequences = 20\nseed = 0..1\n";
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
using Bits = std::vector<std::uint64_t>;

Bits bits(const std::vector<double>& values) {
  Bits all;
  for (const double value : values) all.push_back(std::bit_cast<std::uint64_t>(value));
  return all;
}

std::array<Bits, 3> numbers(const record::Verdict& v) {
  return {bits({v.margin, v.predicted, v.measured, v.tolerance}), bits(v.hypothesis_margins),
          bits(v.conclusion_margins)};
}

experiment::Options failing() {
  experiment::Options options;
  options.decorate = [](std::unique_ptr<Differentiable>) -> std::unique_ptr<Differentiable> {
    throw std::runtime_error("planted");
  };
  return options;
}

std::vector<std::size_t> every(const Theorems& theorems) {
  std::vector<std::size_t> indices(theorems.size());
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return indices;
}

// The run as it comes from a store that holds none of the theorems: lists that were empty are NaN.
record::RunRecord as_extended(record::RunRecord run, const sweep::Point& point, const Theorems& theorems) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (run.weights.empty()) run.weights.assign(experiment::weight_count(point), nan);
  if (run.finals.empty()) run.finals.assign(experiment::linear_attention_observables().size(), nan);
  run.measurements.clear();
  for (const theory::Theorem* theorem : theorems)
    run.measurements.emplace_back(theorem->measurements.size(), nan);
  run.verdicts.assign(theorems.size(), {record::VerdictKind::failed, nan, nan, nan, nan, {}, {}});
  return run;
}

}  // namespace

TEST_CASE("theorems are taken in one order, whatever the order of the sweep file") {
  const sweep::Sweep sweep = small_sweep("theorems = mesa.limit, mesa.balance\n");
  CHECK(names(wanted_theorems(sweep, {})) == Names{"mesa.balance", "mesa.limit"});
  CHECK(names(wanted_theorems(sweep, Names{"mesa.limit"})) == Names{"mesa.limit"});
  CHECK_THROWS_WITH(wanted_theorems(sweep, Names{"mesa.sparse"}),
                    Catch::Contains("the sweep has no such theorem"));
  CHECK(wanted_theorems(small_sweep(""), {}) == experiment::theorems_of(small_sweep("")));
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
  const Theorems all = wanted_theorems(sweep, {});
  for (const experiment::Options& options : {experiment::Options{}, failing()})
    for (std::size_t row = 0; row < sweep.grid.size(); ++row) {
      const record::RunRecord fresh = experiment::run_point(sweep.grid.point(row), all, options);
      record::RunRecord stored = as_extended(fresh, sweep.grid.point(row), all);
      judge_stored_run(all, sweep.grid.point(row), stored, every(all));
      for (std::size_t t = 0; t < all.size(); ++t) {
        CAPTURE(row, record::name(fresh.status), all[t]->name);
        CHECK(stored.verdicts[t].kind == fresh.verdicts[t].kind);
        CHECK(bits(stored.measurements[t]) == bits(fresh.measurements[t]));
        CHECK(numbers(stored.verdicts[t]) == numbers(fresh.verdicts[t]));
      }
    }
}

TEST_CASE("a store says of each theorem where it stands", "[theorems]") {
  const auto standing = [](const char* name) { return columns_of(*theory::find_theorem(name)).standing; };
  CHECK(standing("mesa.limit") == "paper");
  CHECK(standing("mesa.limit-sampled") == "derived");
  CHECK(standing("mesa.emergence") == "observed");
}

}  // namespace flowsweep::cli

#include "sample.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "core/rng.hpp"

namespace flowsweep::store::sample {
namespace {

constexpr std::size_t dimension_parameter = 3;

sweep::ParameterDeclaration parameter(const std::string& key, sweep::Kind kind, const std::string& preset,
                                      std::vector<std::string> choices = {},
                                      const std::string& section = "axes") {
  sweep::ParameterDeclaration declaration;
  declaration.key = key;
  declaration.section = section;
  declaration.kind = kind;
  declaration.default_text = preset;
  declaration.choices = std::move(choices);
  declaration.unit = "1";
  declaration.help = "The " + key + " of a point.";
  return declaration;
}

bool uses(std::span<const sweep::Value> values, std::size_t index) {
  const bool sparse = std::get<std::string>(values[0]) == "sparse";
  if (index == 2 || index == 7) return sparse;  // shape, mode
  if (index == 4) return !sparse;               // seed
  return index != 8;                            // never
}

std::vector<double> numbers(CounterRng& random, std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(random.normal());
  return values;
}

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

bool same(const record::Verdict& a, const record::Verdict& b) {
  return a.kind == b.kind &&
         same(std::vector{a.margin, a.predicted, a.measured, a.tolerance},
              std::vector{b.margin, b.predicted, b.measured, b.tolerance}) &&
         same(a.hypothesis_margins, b.hypothesis_margins) && same(a.conclusion_margins, b.conclusion_margins);
}

void add_theorems(record::RunRecord& run, const Schema& schema, CounterRng& random) {
  for (const TheoremColumns& theorem : schema.theorems) {
    run.measurements.push_back(numbers(random, theorem.measurements.size()));
    record::Verdict& verdict = run.verdicts.emplace_back();
    verdict.kind = static_cast<record::VerdictKind>(random.below(record::verdict_names.size()));
    verdict.margin = std::numeric_limits<double>::quiet_NaN();
    verdict.predicted = random.normal();
    verdict.measured = random.normal();
    verdict.tolerance = random.uniform();
    verdict.hypothesis_margins = numbers(random, theorem.hypotheses.size());
    verdict.conclusion_margins = numbers(random, theorem.conclusions.size());
  }
}

}  // namespace

Scratch::Scratch() {
  std::string name = (std::filesystem::temp_directory_path() / "flowsweep-store-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("no scratch folder");
  folder_ = name;
}

Scratch::~Scratch() {
  std::filesystem::remove_all(folder_);
}

std::vector<std::string> Scratch::files() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

std::shared_ptr<const sweep::Vocabulary> vocabulary() {
  using sweep::Kind;
  auto words = std::make_shared<sweep::Vocabulary>();
  words->parameters = {parameter("law", Kind::name, "", {"gaussian", "sparse", "full-one"}),
                       parameter("scale", Kind::real, ""),
                       parameter("shape", Kind::real, "0.5"),
                       parameter("dimension", Kind::integer, ""),
                       parameter("seed", Kind::integer, "0"),
                       parameter("init", Kind::pair, ""),
                       parameter("masked", Kind::flag, "false"),
                       parameter("mode", Kind::name, "fast", {"slow", "fast"}),
                       parameter("never", Kind::real, "1"),
                       parameter("times", Kind::real_list, "0.5", {}, "flow")};
  words->uses = uses;
  words->constraint = [](std::span<const sweep::Value>) { return std::pair<std::size_t, std::string>{}; };
  return words;
}

std::string sweep_text(int highest_dimension, const std::string& laws) {
  return "name = sample\n[axes]\nlaw = " + laws + "\nscale = 0.5, 1\nshape = 0.1, 0.2\ndimension = 2.." +
         std::to_string(highest_dimension) +
         "\ninit = 0.1:0.1, 0.5:-1.5\nmasked = false, true\n[flow]\ntimes = 0.25, 1, 4\n";
}

sweep::Grid grid(int highest_dimension, const std::string& laws) {
  return sweep::parse_sweep(sweep_text(highest_dimension, laws), "sample.ini", {}, vocabulary()).grid;
}

Schema schema(const sweep::Grid& grid) {
  Schema schema;
  schema.observables = {
      {"risk", "1", "L(B, A)"}, {"ab", "1", "mean of diag(A∘B)"}, {"gradient_norm", "1", "|grad L|"}};
  schema.theorems = {{"mesa.limit",
                      "ab tends to c.",
                      "after a paper",
                      "paper",
                      "tolerance of the integrator",
                      {"Positive start: a0, b0 > 0", "vanishing moments"},
                      {"limit of ab"},
                      {{"ab_end", "1", "ab at the end"}}},
                     {"mesa.balance",
                      "A balance is kept.",
                      "derived",
                      "observed",
                      "tolerance of the integrator",
                      {},
                      {"drift", "Drift"},
                      {}}};
  schema.records = 8;
  for (std::size_t row = 0; row < grid.size(); ++row) {
    const auto d = std::get<std::int64_t>(grid.value(row, dimension_parameter));
    schema.weight_counts.push_back(static_cast<std::uint32_t>(2 * d * d));
  }
  return schema;
}

Schema schema_with_extra_theorem(const sweep::Grid& grid) {
  Schema larger = schema(grid);
  larger.theorems.insert(
      larger.theorems.begin() + 1,
      {"mesa.new", "New.", "derived", "derived", "none", {"h"}, {"c"}, {{"m", "1", "a new measurement"}}});
  return larger;
}

Metadata metadata() {
  return {"sample", sweep_text(),   "flowsweep run sample.ini", "0.1.0", "", "avx2", "1",
          "GNU",    "HDF5, größer", "2024-01-01T00:00:00Z"};
}

record::RunRecord run(std::uint64_t id, const Schema& schema, std::size_t weights, int generation) {
  CounterRng random(id, static_cast<std::uint64_t>(generation) + 1000);
  record::RunRecord run;
  run.status = static_cast<record::Status>(1 + random.below(5));
  run.message = random.sign() > 0 ? "" : "message " + std::to_string(random.below(1000));
  run.host = "node" + std::to_string(random.below(100));
  run.wall_seconds = random.uniform();
  run.attempts = generation;
  run.steps = static_cast<std::int64_t>(random.below(1u << 30));
  run.evaluations = static_cast<std::int64_t>(random.bits() >> 1);
  run.products = static_cast<std::int64_t>(random.below(77));
  run.flow_time = random.exponential();
  run.largest_gradient_norm = random.exponential();
  const std::size_t records = 1 + random.below(static_cast<std::uint64_t>(schema.records));
  run.trajectory.flow_time = numbers(random, records);
  run.trajectory.values = numbers(random, records * schema.observables.size());
  run.finals = numbers(random, schema.observables.size());
  run.weights = numbers(random, weights);
  add_theorems(run, schema, random);
  return run;
}

bool same(const record::RunRecord& a, const record::RunRecord& b) {
  if (a.status != b.status || a.message != b.message || a.host != b.host || a.attempts != b.attempts)
    return false;
  if (a.steps != b.steps || a.evaluations != b.evaluations || a.products != b.products) return false;
  if (!same(std::vector{a.wall_seconds, a.flow_time, a.largest_gradient_norm},
            std::vector{b.wall_seconds, b.flow_time, b.largest_gradient_norm}))
    return false;
  const auto equal = [](const auto& x, const auto& y) { return same(x, y); };
  return same(a.trajectory.flow_time, b.trajectory.flow_time) &&
         same(a.trajectory.values, b.trajectory.values) && same(a.finals, b.finals) &&
         same(a.weights, b.weights) &&
         std::equal(a.measurements.begin(), a.measurements.end(), b.measurements.begin(),
                    b.measurements.end(), equal) &&
         std::equal(a.verdicts.begin(), a.verdicts.end(), b.verdicts.begin(), b.verdicts.end(), equal);
}

void write_whole(const std::string& path, const sweep::Grid& grid, const Schema& schema) {
  create(path, schema, grid, metadata());
  RowWriter writer(path);
  for (std::size_t row = 0; row < grid.size(); ++row)
    writer.commit(row, run(grid.id(row), schema, schema.weight_counts[row]));
}

}  // namespace flowsweep::store::sample

#include "stored_sweep.hpp"

#include <stdlib.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "core/provenance.hpp"
#include "experiment/linear_attention_observer.hpp"
#include "experiment/parameters.hpp"
#include "experiment/problem.hpp"
#include "experiment/run_point.hpp"

namespace flowsweep::verify::test {
namespace {

namespace fs = std::filesystem;

constexpr double first_wall_time = 12345.678;

fs::path new_folder() {
  std::string name = (fs::temp_directory_path() / "flowsweep-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return name;
}

std::vector<std::string> names(const std::vector<theory::Condition>& conditions) {
  std::vector<std::string> all;
  for (const theory::Condition& condition : conditions) all.push_back(condition.name);
  return all;
}

store::Schema schema_of(const sweep::Sweep& sweep) {
  store::Schema schema;
  schema.observables = experiment::linear_attention_observables();
  for (const theory::Theorem* t : experiment::theorems_of(sweep))
    schema.theorems.push_back({t->name, t->statement, t->source, std::string(theory::name(t->standing)),
                               t->tolerance_source, names(t->hypotheses), names(t->conclusions),
                               t->measurements});
  for (std::size_t row = 0; row < sweep.grid.size(); ++row)
    schema.weight_counts.push_back(experiment::weight_count(sweep.grid.point(row)));
  return schema;
}

store::Metadata metadata_of(const sweep::Sweep& sweep) {
  const Provenance p = provenance();
  return {.sweep_name = sweep.name,
          .sweep_text = sweep.text,
          .command_line = "test",
          .program_version = p.program_version,
          .git_commit = p.git_commit,
          .instruction_set = p.instruction_set,
          .kernel = p.kernel,
          .compiler = p.compiler,
          .libraries = p.libraries,
          .created = ""};
}

}  // namespace

StoredSweep::StoredSweep(const std::string& sweep_text, const Planted& planted)
    : folder_(new_folder()), sweep_(sweep::parse_sweep(sweep_text, "test.ini", {}, vocabulary())) {
  write(planted);
}

StoredSweep::~StoredSweep() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void StoredSweep::write(const Planted& planted) {
  store::Schema schema = schema_of(sweep_);
  if (planted.schema) planted.schema(schema);
  store::Metadata metadata = metadata_of(sweep_);
  if (planted.metadata) planted.metadata(metadata);
  store::create(path(), schema, grid(), metadata);
  store::RowWriter writer(path());
  for (std::size_t row = 0; row < grid().size(); ++row) {
    record::RunRecord run = experiment::run_point(grid().point(row), experiment::theorems_of(sweep_));
    run.wall_seconds = first_wall_time + static_cast<double>(row);
    if (!planted.run || planted.run(row, run)) writer.commit(row, run);
  }
}

void StoredSweep::damage(std::size_t row) const {
  const double wall = first_wall_time + static_cast<double>(row);
  char pattern[sizeof wall];
  std::memcpy(pattern, &wall, sizeof wall);
  std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const auto found = std::search(bytes.begin(), bytes.end(), pattern, pattern + sizeof wall);
  if (found == bytes.end()) throw std::runtime_error("the row's wall time is not in the file");
  file.clear();
  file.seekp(found - bytes.begin());
  for (const char byte : pattern) file.put(static_cast<char>(~byte));
}

std::shared_ptr<const sweep::Vocabulary> vocabulary() {
  return experiment::vocabulary();
}

}  // namespace flowsweep::verify::test

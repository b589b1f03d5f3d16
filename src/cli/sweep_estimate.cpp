#include "cli/sweep_estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/prepared_store.hpp"
#include "cli/size_text.hpp"
#include "core/error.hpp"
#include "distribution/sample_table.hpp"
#include "experiment/cost.hpp"
#include "experiment/problem.hpp"
#include "sweep/specification.hpp"

namespace flowsweep::cli {
namespace {

using experiment::Holding;

constexpr std::uint64_t library_bytes = 40'000'000;

std::uint64_t recorded_states(const sweep::Point& point) {
  if (!point.uses("integrator")) return 1;
  if (point.uses("records")) return static_cast<std::uint64_t>(point.integer("records"));
  return std::get<std::vector<double>>(point.value("record_times")).size() + 2;  // start and end
}

// The state at every record and in some forty vectors of the integrator, and what its model holds. No sum
// overflows: the keys' bounds keep each part below 2^46 bytes.
std::vector<Holding> holdings(const sweep::Point& point) {
  constexpr std::uint64_t integrator_vectors = 40;
  const experiment::ModelFamily& family = experiment::family_of(point);
  std::vector<Holding> held = family.holdings(point);
  held.insert(held.begin(), {"dimension", sizeof(double) * family.weight_count(point) *
                                              (recorded_states(point) + integrator_vectors)});
  return held;
}

std::uint64_t point_bytes(const std::vector<Holding>& held) {
  std::uint64_t bytes = 0;
  for (const Holding& holding : held) bytes += holding.bytes;
  return bytes;
}

std::uint64_t grid_bytes(const sweep::Grid& grid) {
  return grid.size() *
         (sizeof(std::uint32_t) * grid.vocabulary()->parameters.size() + 3 * sizeof(std::uint64_t));
}

// A table's text and what reading it takes, a number: measured for full precision, 4e5 x 3 rows in 1 and 4
// tables (198 and 206).
constexpr std::uint64_t table_number_bytes = 200;

// The tables of a grid's points, by the hash of their rows.
std::map<std::int64_t, std::shared_ptr<const distribution::SampleTable>> tables_of(const sweep::Grid& grid) {
  std::map<std::int64_t, std::shared_ptr<const distribution::SampleTable>> tables;
  for (const sweep::Value& hash : grid.table(sweep::parameter_index(*grid.vocabulary(), "rows")))
    if (const auto* known = std::get_if<std::int64_t>(&hash))
      if (auto table = distribution::published(*known)) tables.emplace(*known, std::move(table));
  return tables;
}

std::uint64_t table_bytes(const sweep::Grid& grid) {
  std::uint64_t numbers = 0;
  for (const auto& [hash, table] : tables_of(grid))
    numbers += table->rows() * static_cast<std::uint64_t>(table->dimension());
  return table_number_bytes * numbers;
}

// A rank's resident memory besides its points: the libraries, the expanded grid, the tables.
std::uint64_t fixed_bytes(const sweep::Grid& grid) {
  return library_bytes + grid_bytes(grid) + table_bytes(grid);
}

// A rank's resident memory with its largest point.
std::uint64_t memory_bytes(const sweep::Grid& grid) {
  std::uint64_t largest = 0;
  for (std::size_t row = 0; row < grid.size(); ++row)
    largest = std::max(largest, point_bytes(holdings(grid.point(row))));
  return fixed_bytes(grid) + largest;
}

}  // namespace

SweepEstimate estimate(const sweep::Sweep& sweep, const Theorems& theorems, const std::string& store) {
  const store::Schema schema = schema_of(sweep.grid, theorems);
  const std::uint64_t texts = 2 * sweep.text.size();  // in the store's frame, and in its copy
  SweepEstimate result{
      {}, store::store_bytes(schema, sweep.grid) + texts, free_bytes(store), memory_bytes(sweep.grid)};
  result.costs.reserve(sweep.grid.size());
  auto unread = tables_of(sweep.grid);
  for (std::size_t row = 0; row < sweep.grid.size(); ++row) {
    const sweep::Point point = sweep.grid.point(row);
    result.costs.push_back(experiment::predicted_seconds(point, theorems));
    if (unread.empty() || !point.uses("rows")) continue;
    if (const auto first = unread.extract(point.integer("rows")))
      result.costs.back() += experiment::moment_seconds(*first.mapped());
  }
  return result;
}

void require_memory(const sweep::Grid& grid, std::span<const std::size_t> rows, const std::string& file,
                    std::uint64_t present) {
  const std::uint64_t fixed = fixed_bytes(grid);
  for (const std::size_t row : rows) {
    const sweep::Point point = grid.point(row);
    const std::vector<Holding> held = holdings(point);
    const std::uint64_t needed = fixed + point_bytes(held);
    if (needed <= present) continue;
    const std::string key = std::ranges::max_element(held, {}, &Holding::bytes)->key;
    throw InputError({file, 0}, key, std::to_string(point.integer(key)),
                     fmt::format("a point needs {} of memory; this machine has {}", size_text(needed),
                                 size_text(present)));
  }
}

}  // namespace flowsweep::cli

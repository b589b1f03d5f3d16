#include "cli/sweep_estimate.hpp"

#include <algorithm>

#include "cli/prepared_store.hpp"
#include "cli/size_text.hpp"
#include "experiment/cost.hpp"

namespace flowsweep::cli {
namespace {

// A rank's resident memory: the libraries, the expanded grid, and the largest point. A point holds its state
// at every record and in some forty vectors of the integrator, and a sample of complex vectors for each of
// its sequences.
std::uint64_t memory_bytes(const sweep::Grid& grid, const store::Schema& schema) {
  constexpr std::uint64_t libraries = 40'000'000, integrator_vectors = 40, complex_double = 16;
  const std::uint64_t parameters = grid.vocabulary()->parameters.size();
  std::uint64_t largest = 0;
  for (std::size_t row = 0; row < grid.size(); ++row) {
    const sweep::Point point = grid.point(row);
    const auto rows = static_cast<std::uint64_t>(schema.records);
    std::uint64_t bytes = sizeof(double) * schema.weight_counts[row] * (rows + integrator_vectors);
    if (point.uses("sequences"))
      bytes += complex_double * static_cast<std::uint64_t>(point.integer("dimension")) * 4 *
               static_cast<std::uint64_t>(point.integer("sequences") + point.integer("test_sequences"));
    largest = std::max(largest, bytes);
  }
  return libraries + grid.size() * (sizeof(std::uint32_t) * parameters + 3 * sizeof(std::uint64_t)) + largest;
}

}  // namespace

SweepEstimate estimate(const sweep::Sweep& sweep, const Theorems& theorems, const std::string& store) {
  const store::Schema schema = schema_of(sweep.grid, theorems);
  SweepEstimate result{
      {}, store::store_bytes(schema, sweep.grid), free_bytes(store), memory_bytes(sweep.grid, schema)};
  result.costs.reserve(sweep.grid.size());
  for (std::size_t row = 0; row < sweep.grid.size(); ++row)
    result.costs.push_back(experiment::predicted_seconds(sweep.grid.point(row)));
  return result;
}

}  // namespace flowsweep::cli

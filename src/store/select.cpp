#include "store/select.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/provenance.hpp"

namespace flowsweep::store {
namespace {

sweep::Grid stored_grid(const Metadata& metadata,
                        const std::shared_ptr<const sweep::Vocabulary>& vocabulary) {
  if (metadata.kernel != kernel_version)
    throw InputError(
        {"command line", 0}, "--where", "kernel " + metadata.kernel,
        std::string("the store's ids are of another kernel version than this program's, ") + kernel_version);
  return sweep::parse_sweep(metadata.sweep_text, "the stored sweep file", {}, vocabulary).grid;
}

}  // namespace

std::vector<std::size_t> select_rows(const Reader& reader,
                                     const std::shared_ptr<const sweep::Vocabulary>& vocabulary,
                                     std::span<const std::string> conditions) {
  std::vector<std::size_t> rows(conditions.empty() ? reader.size() : 0);
  if (conditions.empty()) {
    for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = row;
    return rows;
  }
  const sweep::Grid grid = stored_grid(reader.metadata(), vocabulary);
  for (const std::size_t index : sweep::filter_rows(grid, conditions)) {
    const auto row = reader.find(grid.id(index));
    if (!row)
      throw InputError("the stored sweep file",
                       "makes point " + to_hex(grid.id(index)) + ", which the store does not hold");
    rows.push_back(*row);
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::vector<std::size_t> select_theorems(const Schema& schema, std::span<const std::string> names) {
  std::vector<std::string> held;
  for (const TheoremColumns& theorem : schema.theorems) held.push_back(theorem.name);
  for (const std::string& name : names)
    if (std::find(held.begin(), held.end(), name) == held.end())
      throw InputError({"command line", 0}, "--theorem", name,
                       fmt::format("the store holds {}",
                                   held.empty() ? "no theorem" : fmt::format("{}", fmt::join(held, ", "))));
  std::vector<std::size_t> selected;
  for (std::size_t t = 0; t < held.size(); ++t)
    if (names.empty() || std::find(names.begin(), names.end(), held[t]) != names.end()) selected.push_back(t);
  return selected;
}

}  // namespace flowsweep::store

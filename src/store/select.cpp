#include "store/select.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "sweep/point_list.hpp"

namespace flowsweep::store {
namespace {

/// Points that differ in nothing that this program knows become one: then the rows could not be told apart.
sweep::Grid stored_grid(Reader& reader, const std::shared_ptr<const sweep::Vocabulary>& vocabulary) {
  sweep::PointList points(vocabulary);
  reader.visit_points(*vocabulary, [&](std::size_t row, std::span<const sweep::Value> values) {
    if (points.add(values) != row)
      throw InputError("point " + to_hex(reader.ids()[row]),
                       "has parameters that this program does not know");
  });
  return std::move(points).finish();
}

}  // namespace

std::vector<std::size_t> select_rows(Reader& reader,
                                     const std::shared_ptr<const sweep::Vocabulary>& vocabulary,
                                     std::span<const std::string> conditions) {
  std::vector<std::size_t> rows(conditions.empty() ? reader.size() : 0);
  if (conditions.empty()) {
    for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = row;
    return rows;
  }
  return sweep::filter_rows(stored_grid(reader, vocabulary), conditions);
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

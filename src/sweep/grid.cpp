#include "sweep/grid.hpp"

#include <algorithm>

#include "core/hash.hpp"

namespace flowsweep::sweep {

Point Grid::point(std::size_t row) const {
  std::vector<Value> values;
  values.reserve(tables_.size());
  for (std::size_t parameter = 0; parameter < tables_.size(); ++parameter)
    values.push_back(value(row, parameter));
  return {vocabulary_, std::move(values), ids_[row]};
}

std::uint64_t Grid::hash() const {
  return grid_hash(ids_);
}

std::uint64_t grid_hash(std::vector<std::uint64_t> ids) {
  std::sort(ids.begin(), ids.end());
  return hash_bytes(std::as_bytes(std::span(ids)));
}

}  // namespace flowsweep::sweep

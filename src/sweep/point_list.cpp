#include "sweep/point_list.hpp"

#include <algorithm>

#include "core/hash.hpp"
#include "sweep/canonical.hpp"

namespace flowsweep::sweep {

PointList::PointList(std::shared_ptr<const Vocabulary> vocabulary)
    : order_(canonical_order(*vocabulary)), kernel_(kernel_line()) {
  const std::size_t parameters = vocabulary->parameters.size();
  grid_.vocabulary_ = std::move(vocabulary);
  grid_.tables_.assign(parameters, {Value{}});
  entries_.resize(parameters);
  row_.resize(parameters);
}

std::size_t PointList::add(std::span<const Value> values) {
  content_.clear();
  for (const std::size_t parameter : order_)
    content_ += canonical_line(vocabulary().parameters[parameter], values[parameter]);
  content_ += kernel_;
  const std::uint64_t id = hash_text(content_);
  for (std::size_t parameter = 0; parameter < row_.size(); ++parameter)
    row_[parameter] = entry(parameter, values[parameter]);
  const std::size_t row = find(id);
  if (row == size())
    append(id, row_);
  else if (!holds(row, row_))
    throw InputError("point " + to_hex(id), "two different points have this id");
  return row;
}

std::uint32_t PointList::entry(std::size_t parameter, const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return 0;
  auto& table = grid_.tables_[parameter];
  const auto [place, inserted] = entries_[parameter].emplace(value, static_cast<std::uint32_t>(table.size()));
  if (inserted) table.push_back(value);
  return place->second;
}

bool PointList::holds(std::size_t row, std::span<const std::uint32_t> entries) const {
  return std::equal(entries.begin(), entries.end(),
                    grid_.indices_.begin() + static_cast<std::ptrdiff_t>(row * entries.size()));
}

void PointList::append(std::uint64_t id, std::span<const std::uint32_t> entries) {
  grid_.ids_.push_back(id);
  grid_.indices_.insert(grid_.indices_.end(), entries.begin(), entries.end());
}

Grid PointList::finish() && {
  grid_.indices_.shrink_to_fit();
  grid_.ids_.shrink_to_fit();
  return std::move(grid_);
}

Grid points_of_shard(const Grid& grid, const Shard& shard) {
  PointList points(grid.vocabulary());
  std::vector<std::uint32_t> entries(grid.vocabulary()->parameters.size());
  for (std::size_t row = 0; row < grid.size(); ++row) {
    if (!shard.holds(grid.id(row))) continue;
    for (std::size_t parameter = 0; parameter < entries.size(); ++parameter)
      entries[parameter] = points.entry(parameter, grid.value(row, parameter));
    points.append(grid.id(row), entries);
  }
  Grid share = std::move(points).finish();
  share.duplicates = grid.duplicates;
  share.excluded = grid.excluded;
  return share;
}

}  // namespace flowsweep::sweep

#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "sweep/grid.hpp"
#include "sweep/id_index.hpp"
#include "sweep/value_hash.hpp"

namespace flowsweep::sweep {

/// Collects distinct points, one by one, into a Grid.
class PointList {
 public:
  explicit PointList(std::shared_ptr<const Vocabulary> vocabulary);

  /// Row of the point with these values (in declaration order, monostate where unused), which is added if it
  /// is new; its id is the hash of its canonical content. Throws InputError if another point has that id.
  std::size_t add(std::span<const Value> values);

  std::size_t size() const { return grid_.size(); }
  std::uint64_t id(std::size_t row) const { return grid_.id(row); }
  const Vocabulary& vocabulary() const { return *grid_.vocabulary_; }

  /// Place of a value in its parameter's table, where it is added if it is new; 0 for monostate.
  std::uint32_t entry(std::size_t parameter, const Value& value);
  const Value& value(std::size_t parameter, std::uint32_t entry) const {
    return grid_.tables_[parameter][entry];
  }

  /// Row of an id; size() if it is new: then append() must follow.
  std::size_t find(std::uint64_t id) { return index_.find_or_insert(id, grid_.ids_); }
  bool holds(std::size_t row, std::span<const std::uint32_t> entries) const;
  void append(std::uint64_t id, std::span<const std::uint32_t> entries);

  Grid finish() &&;

 private:
  Grid grid_;
  IdIndex index_;
  std::vector<std::unordered_map<Value, std::uint32_t, ValueHash>> entries_;  // value -> place, by parameter
  std::vector<std::size_t> order_;
  std::string kernel_;
  std::string content_;
  std::vector<std::uint32_t> row_;
};

/// The points of a grid whose ids the shard holds, in their order.
Grid points_of_shard(const Grid& grid, const Shard& shard);

}  // namespace flowsweep::sweep

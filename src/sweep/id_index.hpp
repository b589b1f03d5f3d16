#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace flowsweep::sweep {

/// Finds the row of an id. The ids themselves stay in the caller's array: eight to sixteen bytes a row.
class IdIndex {
 public:
  /// The row that has this id among ids[0 .. ids.size()), which must all have been inserted in order; if
  /// there is none, inserts the next row and returns ids.size().
  std::size_t find_or_insert(std::uint64_t id, std::span<const std::uint64_t> ids);

 private:
  void grow(std::span<const std::uint64_t> ids);

  std::vector<std::uint32_t> slots_;
};

}  // namespace flowsweep::sweep

#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "store/stored_file.hpp"

namespace flowsweep::store {

/// One row as it lies in the file.
struct RowView {
  std::size_t row = 0;
  std::uint64_t id = 0;
  bool marked = false;               ///< the commit mark is not 0
  bool intact = false;               ///< the mark is 1, the checksum agrees, and the codes are those of a run
  std::size_t weights = 0;           ///< number of weights
  std::span<const std::byte> image;  ///< valid during the call only

  Reader::RowState state() const {
    return !marked  ? Reader::RowState::missing
           : intact ? Reader::RowState::committed
                    : Reader::RowState::damaged;
  }
};

/// Reads rows [first, first + count) in blocks, column by column, and calls `visit` for each in order. Safe
/// while rows are written: the marks are read first, and a row that changed under the reader is read again.
void visit_rows(const StoredFile& stored, std::size_t first, std::size_t count,
                const std::function<void(const RowView&)>& visit);

/// Elements [first, first + count) of a column with one element a row.
template <class Number>
std::vector<Number> read_column(const StoredFile& stored, const Column& column, std::size_t first,
                                std::size_t count) {
  std::vector<Number> numbers(count);
  read_at(stored.descriptor, std::as_writable_bytes(std::span(numbers)),
          column.offset + first * sizeof(Number));
  return numbers;
}

}  // namespace flowsweep::store

#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "record/record.hpp"
#include "store/columns.hpp"
#include "store/row_storage.hpp"

namespace flowsweep::store {

/// When Durability::power_loss ends a batch of rows: after this many, or by the first commit this long after
/// the last end, so that a point that takes longer than that is synced alone.
struct BatchLimits {
  std::size_t rows = 256;
  std::chrono::milliseconds wait = std::chrono::seconds(1);
};

/// What RowWriter does with the bytes of a store: the order of writes that docs/store-format.md promises.
class RowCommitter {
 public:
  RowCommitter(const Layout& layout, const Schema& schema, RowStorage& storage, Durability durability,
               BatchLimits limits = {});

  void commit(std::size_t row, const record::RunRecord& run);  ///< as RowWriter::commit
  bool committed(std::size_t row);                             ///< as RowWriter::committed
  /// Syncs the rows that wait for it, then sets their marks. If the sync fails they stay without one,
  /// and so does a row that another process holds.
  void flush();

 private:
  using Clock = std::chrono::steady_clock;
  struct Pending {
    std::size_t row;
    std::uint64_t checksum;
  };

  void check(std::size_t row) const;
  std::uint64_t mark_place(std::size_t row) const { return layout_.committed.offset + row; }
  std::uint8_t mark(std::size_t row) const;
  void set_mark(std::size_t row, std::uint8_t value);
  std::size_t weights(std::size_t row) const;
  void copy_statics(std::size_t row, std::vector<std::byte>& image) const;
  void encode(std::size_t row, const record::RunRecord& run);
  bool read_intact(std::size_t row);
  bool settled(std::size_t row);
  void clear_mark(std::size_t row);
  void write_columns(std::size_t row);
  void set_pending_mark(const Pending& pending);

  const Layout& layout_;
  const Schema& schema_;
  RowStorage& storage_;
  Durability durability_;
  BatchLimits limits_;
  std::size_t static_bytes_, fixed_bytes_;
  std::vector<std::byte> image_,
      stored_;  ///< of the row to be written, and of the row as it lies in the file
  std::vector<Pending> pending_;
  Clock::time_point last_flush_ = Clock::now();
};

}  // namespace flowsweep::store

#include "store/row_commit.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

#include "store/row_image.hpp"

namespace flowsweep::store {
namespace {

template <class Number>
Number number_in(std::span<const std::byte> bytes) {
  Number number;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

template <class Number>
Number static_number(const RowStorage& storage, const Column& column, std::size_t row) {
  return number_in<Number>(storage.view(column.offset + row * sizeof(Number), sizeof(Number)));
}

}  // namespace

RowCommitter::RowCommitter(const Layout& layout, const Schema& schema, RowStorage& storage,
                           Durability durability, BatchLimits limits)
    : layout_(layout),
      schema_(schema),
      storage_(storage),
      durability_(durability),
      limits_(limits),
      static_bytes_(layout.static_bytes()),
      fixed_bytes_(layout.fixed_bytes()) {
  // What an earlier process has cleared must not come back from the disk.
  if (durability_ == Durability::power_loss) storage_.sync();
}

void RowCommitter::commit(std::size_t row, const record::RunRecord& run) {
  check(row);
  if (run.status == record::Status::not_run)
    throw std::invalid_argument("a run that was not run cannot be committed");
  encode(row, run);
  const std::uint64_t checksum =
      row_checksum(image_, static_number<std::uint64_t>(storage_, layout_.id(), row));
  {
    const RowGuard guard(storage_, mark_place(row));
    if (settled(row)) return;
    clear_mark(row);
    write_columns(row);
    storage_.write(std::as_bytes(std::span(&checksum, 1)), layout_.checksum.offset + row * sizeof checksum);
    storage_.order();
    if (durability_ == Durability::process_death) return set_mark(row, 1);
  }
  pending_.push_back({row, checksum});
  if (pending_.size() >= limits_.rows || Clock::now() - last_flush_ >= limits_.wait) flush();
}

bool RowCommitter::committed(std::size_t row) {
  check(row);
  return mark(row) == 1 && read_intact(row);
}

void RowCommitter::flush() {
  // Rows of a batch whose sync has failed never get a mark: the kernel may have dropped their bytes.
  const std::vector<Pending> batch = std::exchange(pending_, {});
  last_flush_ = Clock::now();
  if (batch.empty()) return;
  storage_.sync();
  for (const Pending& pending : batch) try {
      set_pending_mark(pending);
    } catch (const RowBusy&) {
      // Whoever holds the row may still commit it; the others of the batch are on the disk.
    }
}

/// Only over the bytes that were synced: another process may have taken the row over in the meantime, whose
/// bytes are perhaps not yet on the disk.
void RowCommitter::set_pending_mark(const Pending& pending) {
  const RowGuard guard(storage_, mark_place(pending.row));
  if (mark(pending.row) != 0 || !read_intact(pending.row)) return;
  const std::uint64_t id = static_number<std::uint64_t>(storage_, layout_.id(), pending.row);
  if (row_checksum(stored_, id) == pending.checksum) set_mark(pending.row, 1);
}

void RowCommitter::check(std::size_t row) const {
  if (row >= layout_.points) throw std::out_of_range("the store has no row " + std::to_string(row));
}

std::uint8_t RowCommitter::mark(std::size_t row) const {
  std::uint8_t value = 0;
  storage_.read(std::as_writable_bytes(std::span(&value, 1)), mark_place(row));
  return value;
}

void RowCommitter::set_mark(std::size_t row, std::uint8_t value) {
  storage_.write(std::as_bytes(std::span(&value, 1)), mark_place(row));
}

std::size_t RowCommitter::weights(std::size_t row) const {
  const auto first = static_number<std::uint64_t>(storage_, layout_.weight_offset(), row);
  const auto count = static_number<std::uint32_t>(storage_, layout_.weight_count(), row);
  if (first > layout_.weight_total || count > layout_.weight_total - first)
    throw std::runtime_error("the store is damaged: the weights of row " + std::to_string(row) +
                             " lie outside of it");
  return count;
}

/// The static columns enter every checksum.
void RowCommitter::copy_statics(std::size_t row, std::vector<std::byte>& image) const {
  std::byte* end = image.data();
  for (std::size_t c = 0; c < layout_.statics; ++c) {
    const std::size_t bytes = layout_.columns[c].row_bytes();
    const auto cell = storage_.view(layout_.columns[c].offset + row * bytes, bytes);
    end = std::copy(cell.begin(), cell.end(), end);
  }
}

void RowCommitter::encode(std::size_t row, const record::RunRecord& run) {
  const std::size_t count = weights(row);
  image_.resize(fixed_bytes_ + count * sizeof(double));
  copy_statics(row, image_);
  encode_run(schema_, run, count, std::span(image_).subspan(static_bytes_));
}

/// Reads a row's image into `stored_`; whether its checksum is good.
bool RowCommitter::read_intact(std::size_t row) {
  const std::size_t count = weights(row);
  stored_.resize(fixed_bytes_ + count * sizeof(double));
  copy_statics(row, stored_);
  std::span<std::byte> rest = std::span(stored_).subspan(static_bytes_);
  for (std::size_t c = layout_.statics; c < layout_.columns.size(); ++c) {
    const std::size_t bytes = layout_.columns[c].row_bytes();
    storage_.read(rest.first(bytes), layout_.columns[c].offset + row * bytes);
    rest = rest.subspan(bytes);
  }
  const auto first = static_number<std::uint64_t>(storage_, layout_.weight_offset(), row);
  storage_.read(rest, layout_.weights.offset + first * sizeof(double));
  std::uint64_t checksum = 0;
  storage_.read(std::as_writable_bytes(std::span(&checksum, 1)),
                layout_.checksum.offset + row * sizeof checksum);
  return is_intact(layout_, stored_, checksum);
}

/// Whether the row holds a run that nothing may replace: then a late or a second writer of it does no harm.
bool RowCommitter::settled(std::size_t row) {
  return committed(row) && !record::repeatable(static_cast<record::Status>(stored_[static_bytes_]));
}

/// A row that is written anew must not look committed while its columns are of two runs.
void RowCommitter::clear_mark(std::size_t row) {
  if (mark(row) == 0) return;
  set_mark(row, 0);
  storage_.order();
  if (durability_ == Durability::power_loss) storage_.sync();
}

void RowCommitter::write_columns(std::size_t row) {
  std::span<const std::byte> rest = std::span(std::as_const(image_)).subspan(static_bytes_);
  for (std::size_t c = layout_.statics; c < layout_.columns.size(); ++c) {
    const Column& column = layout_.columns[c];
    const std::size_t bytes = column.row_bytes();
    storage_.write(rest.first(bytes), column.offset + row * bytes);
    rest = rest.subspan(bytes);
  }
  const auto first = static_number<std::uint64_t>(storage_, layout_.weight_offset(), row);
  storage_.write(rest, layout_.weights.offset + first * sizeof(double));
}

}  // namespace flowsweep::store

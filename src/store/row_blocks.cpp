#include "store/row_blocks.hpp"

#include <algorithm>
#include <cstring>

#include "store/row_image.hpp"

namespace flowsweep::store {
namespace {

/// Rows read at once: a few hundred kilobytes, so that a block stays in the processor's cache.
constexpr std::size_t block_rows = 64;

template <class Number>
Number number_at(std::span<const std::byte> bytes) {
  Number number;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

/// A block of rows: marks first, then everything else.
class Block {
 public:
  Block(const StoredFile& stored, std::size_t first, std::size_t count)
      : stored_(stored), layout_(stored.layout), first_(first), count_(count), fixed_(layout_.fixed_bytes()) {
    marks_ = read_column<std::uint8_t>(stored, layout_.committed, first, count);
    for (const Column& column : layout_.columns) {
      columns_.emplace_back(count * column.row_bytes());
      read_at(stored.descriptor, columns_.back(), column.offset + first * column.row_bytes());
    }
    checksums_ = read_column<std::uint64_t>(stored, layout_.checksum, first, count);
  }

  std::size_t size() const { return count_; }

  /// The view stays valid until the next call.
  RowView row(std::size_t index) {
    RowView view;
    view.row = first_ + index;
    view.id = number_at<std::uint64_t>(cell(0, index));
    view.marked = marks_[index] != 0;
    gather(index);
    view.intact =
        gather_weights(index, view) && marks_[index] == 1 && is_intact(layout_, image_, checksums_[index]);
    view.image = image_;
    return view;
  }

 private:
  std::span<const std::byte> cell(std::size_t column, std::size_t index) const {
    const std::size_t bytes = layout_.columns[column].row_bytes();
    return std::span(columns_[column]).subspan(index * bytes, bytes);
  }

  void gather(std::size_t index) {
    image_.resize(fixed_);
    std::byte* end = image_.data();
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const std::span<const std::byte> bytes = cell(c, index);
      end = std::copy(bytes.begin(), bytes.end(), end);
    }
  }

  /// False if the row's place in the ragged array is nonsense.
  bool gather_weights(std::size_t index, RowView& view) {
    const auto offset = number_at<std::uint64_t>(cell(layout_.statics - 2, index));
    const auto count = number_at<std::uint32_t>(cell(layout_.statics - 1, index));
    if (offset > layout_.weight_total || count > layout_.weight_total - offset) return false;
    view.weights = count;
    image_.resize(fixed_ + count * sizeof(double));
    read_at(stored_.descriptor, std::span(image_).subspan(fixed_),
            layout_.weights.offset + offset * sizeof(double));
    return true;
  }

  const StoredFile& stored_;
  const Layout& layout_;
  std::size_t first_, count_, fixed_;
  std::vector<std::uint8_t> marks_;
  std::vector<std::vector<std::byte>> columns_;
  std::vector<std::uint64_t> checksums_;
  std::vector<std::byte> image_;
};

}  // namespace

void visit_rows(const StoredFile& stored, std::size_t first, std::size_t count,
                const std::function<void(const RowView&)>& visit) {
  for (std::size_t start = first; start < first + count; start += block_rows) {
    Block block(stored, start, std::min(block_rows, first + count - start));
    for (std::size_t i = 0; i < block.size(); ++i) {
      const RowView view = block.row(i);
      if (!view.marked || view.intact) {
        visit(view);
        continue;
      }
      // Damaged, or written anew between the reading of its mark and of its bytes: look again.
      Block alone(stored, view.row, 1);
      visit(alone.row(0));
    }
  }
}

}  // namespace flowsweep::store

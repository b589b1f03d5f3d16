#include "mutation.hpp"

#include <algorithm>
#include <cstring>

namespace flowsweep::store::sample {
namespace {

std::uint64_t below(std::mt19937_64& random, std::uint64_t bound) {
  return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(random);
}

void flip_bit(Bytes& bytes, std::uint64_t offset, std::mt19937_64& random) {
  bytes[offset] ^= std::byte{1} << below(random, 8);
}

Extent block_in(const Bytes& bytes, std::mt19937_64& random) {
  const std::uint64_t length = 1 + below(random, 4096);
  return {below(random, bytes.size() - length), length};
}

void flip_several(Bytes& bytes, std::mt19937_64& random) {
  for (std::uint64_t flips = 2 + below(random, 30); flips > 0; --flips)
    flip_bit(bytes, below(random, bytes.size()), random);
}

void swap_blocks(Bytes& bytes, std::mt19937_64& random) {
  const Extent one = block_in(bytes, random);
  const std::uint64_t other = below(random, bytes.size() - one.length);
  for (std::uint64_t i = 0; i < one.length; ++i) std::swap(bytes[one.offset + i], bytes[other + i]);
}

void overwrite(Bytes& bytes, std::mt19937_64& random) {
  const Extent block = block_in(bytes, random);
  for (std::uint64_t i = 0; i < block.length; ++i)
    bytes[block.offset + i] = static_cast<std::byte>(below(random, 256));
}

void zero(Bytes& bytes, std::mt19937_64& random) {
  const Extent block = block_in(bytes, random);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(block.offset), block.length, std::byte{0});
}

std::uint64_t place_in_gaps(const Frame& frame, std::mt19937_64& random) {
  const std::vector<Extent> gaps = frame.gaps();
  const Extent& gap = gaps[below(random, gaps.size())];
  return gap.offset + below(random, gap.length);
}

std::uint64_t place_in_rows(const Frame& frame, std::mt19937_64& random) {
  const Extent& extent = frame.data[below(random, frame.data.size())];
  return extent.offset + below(random, extent.length);
}

}  // namespace

Owners::Owners(const StoredFile& stored)
    : owners_(stored.frame.file_bytes(), frame), marks_(stored.layout.committed.offset) {
  const Layout& layout = stored.layout;
  std::fill(owners_.begin() + static_cast<std::ptrdiff_t>(stored.frame.hdf5_end), owners_.end(), copy);
  const auto first = read_column<std::uint64_t>(stored, layout.weight_offset(), 0, layout.points);
  const auto count = read_column<std::uint32_t>(stored, layout.weight_count(), 0, layout.points);
  for (std::size_t row = 0; row < layout.points; ++row) {
    for (const Column* column : layout.written())
      if (!column->ragged) own(column->offset + row * column->row_bytes(), column->row_bytes(), row);
    own(layout.weights.offset + first[row] * sizeof(double), count[row] * sizeof(double), row);
  }
}

void Owners::own(std::uint64_t offset, std::uint64_t length, std::size_t row) {
  std::fill_n(owners_.begin() + static_cast<std::ptrdiff_t>(offset), length, static_cast<std::int32_t>(row));
}

std::string mutate(Bytes& bytes, const Owners& owners, const Frame& frame, std::mt19937_64& random) {
  const std::uint64_t end = bytes.size();
  switch (below(random, 12)) {
    case 0:
      return flip_bit(bytes, below(random, end), random), "a bit anywhere";
    case 1:
      return flip_bit(bytes, below(random, frame.user_block), random), "a bit of the user block";
    case 2:
      return flip_bit(bytes, place_in_gaps(frame, random), random), "a bit of the HDF5 part's frame";
    case 3:
      return flip_bit(bytes, frame.hdf5_end + below(random, end - frame.hdf5_end), random),
             "a bit of the copy";
    case 4:
      return flip_bit(bytes, end - 1 - below(random, trailer_bytes), random), "a bit of the trailer";
    case 5:
      return flip_bit(bytes, owners.mark_of(below(random, 16)), random), "a bit of a mark";
    case 6:
      return flip_bit(bytes, place_in_rows(frame, random), random), "a bit of a row";
    case 7:
      return flip_several(bytes, random), "several bits";
    case 8:
      return bytes.resize(below(random, end)), "a truncation";
    case 9:
      return zero(bytes, random), "a zeroed block";
    case 10:
      return swap_blocks(bytes, random), "two swapped blocks";
    default:
      return overwrite(bytes, random), "a block of noise";
  }
}

void mutate_statics(Bytes& bytes, const Layout& layout, std::mt19937_64& random) {
  for (std::uint64_t changes = 1 + below(random, 20); changes > 0; --changes) {
    const Column& column = layout.columns[below(random, layout.statics)];
    const std::uint64_t place = column.offset + below(random, layout.total_bytes(column));
    bytes[place] = below(random, 2) == 0 ? static_cast<std::byte>(below(random, 256)) : std::byte{0xff};
  }
}

}  // namespace flowsweep::store::sample

#include "store/frame.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/hash.hpp"

namespace flowsweep::store {
namespace {

constexpr std::array<unsigned char, 8> trailer_magic = {0x89, 'C', 'O', 'P', 'Y', '\r', '\n', 0x1a};

/// A user block begins with this; the data extents follow, and zeros to its end. The places of magic,
/// version, user_block and checksum are the same in every format from 2 on.
struct Head {
  std::array<unsigned char, 8> magic;
  std::uint32_t version, user_block;
  std::uint64_t checksum;  // of the whole user block with zero in this place
  std::uint64_t gap_checksum, hdf5_end, file_bytes, extents;
};
static_assert(sizeof(Head) == user_block_head);

struct Tail {
  std::array<unsigned char, 8> magic;
  std::uint64_t version, user_block, hdf5_end, file_bytes, copy_checksum;
  std::uint64_t checksum;  // of what precedes it
};
static_assert(sizeof(Tail) == trailer_bytes);

// A table of a million extents; no more than a guard against nonsense.
constexpr std::uint64_t greatest_user_block = std::uint64_t{1} << 24;

bool is_user_block_length(std::uint64_t length) {
  return std::has_single_bit(length) && length >= least_user_block && length <= greatest_user_block;
}

template <class Record>
Record record_at(std::span<const std::byte> bytes) {
  Record record;
  std::memcpy(&record, bytes.data(), sizeof record);
  return record;
}

std::uint64_t block_checksum(std::span<const std::byte> block) {
  std::vector<std::byte> bytes(block.begin(), block.end());
  std::memset(bytes.data() + offsetof(Head, checksum), 0, sizeof(Head::checksum));
  return hash_bytes(bytes);
}

std::uint64_t tail_checksum(const Tail& tail) {
  return hash_bytes(std::as_bytes(std::span(&tail, 1)).first(offsetof(Tail, checksum)));
}

/// Whether the extents are ordered, apart, and inside of the HDF5 part; nothing overflows.
bool consistent(const Frame& frame) {
  std::uint64_t end = frame.user_block;
  for (const Extent& extent : frame.data) {
    if (extent.length == 0 || extent.offset < end || extent.offset > frame.hdf5_end) return false;
    if (extent.length > frame.hdf5_end - extent.offset) return false;
    end = extent.end();
  }
  constexpr std::uint64_t greatest = std::uint64_t{1} << 61;
  return frame.hdf5_end > frame.user_block && frame.hdf5_end < greatest &&
         frame.copy_bytes() <= greatest_frame;
}

}  // namespace

std::vector<Extent> coalesced(std::vector<Extent> extents) {
  std::erase_if(extents, [](const Extent& extent) { return extent.length == 0; });
  std::ranges::sort(extents, {}, &Extent::offset);
  std::vector<Extent> joined;
  for (const Extent& extent : extents) {
    if (!joined.empty() && joined.back().end() == extent.offset)
      joined.back().length += extent.length;
    else
      joined.push_back(extent);
  }
  return joined;
}

std::vector<Extent> Frame::gaps() const {
  std::vector<Extent> gaps;
  std::uint64_t start = user_block;
  for (const Extent& extent : data) {
    if (extent.offset > start) gaps.push_back({start, extent.offset - start});
    start = extent.end();
  }
  if (hdf5_end > start) gaps.push_back({start, hdf5_end - start});
  return gaps;
}

std::uint64_t Frame::copy_bytes() const {
  std::uint64_t bytes = user_block;
  for (const Extent& gap : gaps()) bytes += gap.length;
  return bytes;
}

std::uint64_t Frame::file_bytes() const {
  return hdf5_end + copy_bytes() + trailer_bytes;
}

bool Frame::holds_data(Extent part) const {
  const auto after = std::ranges::upper_bound(data, part.offset, {}, &Extent::offset);
  return after != data.begin() && part.offset <= after[-1].end() &&
         part.length <= after[-1].end() - part.offset;
}

bool Frame::touches_data(Extent part) const {
  const auto next = std::ranges::upper_bound(data, part.offset, {}, &Extent::offset);
  if (next != data.begin() && part.offset < next[-1].end()) return part.length > 0;
  return next != data.end() && part.length > next->offset - part.offset;
}

std::uint64_t user_block_bytes(std::size_t extents) {
  return std::max(least_user_block, std::bit_ceil(sizeof(Head) + extents * sizeof(Extent)));
}

std::vector<std::byte> encode_user_block(const Frame& frame, std::uint64_t gap_checksum) {
  std::vector<std::byte> block(frame.user_block);
  Head head{store_magic,
            format_version,
            static_cast<std::uint32_t>(frame.user_block),
            0,
            gap_checksum,
            frame.hdf5_end,
            frame.file_bytes(),
            frame.data.size()};
  std::memcpy(block.data(), &head, sizeof head);
  std::ranges::copy(std::as_bytes(std::span(frame.data)), block.begin() + sizeof head);
  head.checksum = hash_bytes(block);
  std::memcpy(block.data(), &head, sizeof head);
  return block;
}

std::optional<std::uint64_t> user_block_length(std::span<const std::byte> head) {
  const std::uint64_t length = record_at<Head>(head).user_block;
  if (!is_user_block_length(length)) return std::nullopt;
  return length;
}

std::optional<UserBlock> decode_user_block(std::span<const std::byte> block) {
  const auto head = record_at<Head>(block);
  if (head.magic != store_magic || head.user_block != block.size() || head.checksum != block_checksum(block))
    return std::nullopt;
  UserBlock read{{head.user_block, head.hdf5_end, {}}, head.version, head.gap_checksum};
  if (head.version != format_version) return read;
  if (head.extents > (block.size() - sizeof head) / sizeof(Extent)) return std::nullopt;
  read.frame.data.resize(head.extents);
  const std::span<std::byte> extents = std::as_writable_bytes(std::span(read.frame.data));
  std::ranges::copy(block.subspan(sizeof head, extents.size()), extents.begin());
  if (!consistent(read.frame) || head.file_bytes != read.frame.file_bytes()) return std::nullopt;
  return read;
}

std::vector<std::byte> encode_trailer(const Trailer& trailer) {
  Tail tail{trailer_magic,
            format_version,
            trailer.user_block,
            trailer.hdf5_end,
            trailer.file_bytes,
            trailer.checksum,
            0};
  tail.checksum = tail_checksum(tail);
  const auto bytes = std::as_bytes(std::span(&tail, 1));
  return {bytes.begin(), bytes.end()};
}

std::optional<Trailer> decode_trailer(std::span<const std::byte> bytes, std::uint64_t file_bytes) {
  const auto tail = record_at<Tail>(bytes);
  if (tail.magic != trailer_magic || tail.version != format_version || tail.checksum != tail_checksum(tail) ||
      tail.file_bytes != file_bytes)
    return std::nullopt;
  const bool ordered = is_user_block_length(tail.user_block) && tail.user_block < tail.hdf5_end &&
                       tail.hdf5_end < file_bytes - trailer_bytes;
  if (!ordered) return std::nullopt;
  const std::uint64_t copy = file_bytes - trailer_bytes - tail.hdf5_end;
  if (copy < tail.user_block || copy > greatest_frame) return std::nullopt;
  return Trailer{tail.user_block, tail.hdf5_end, tail.file_bytes, tail.copy_checksum};
}

}  // namespace flowsweep::store

#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace flowsweep::store {

inline constexpr std::uint32_t format_version = 2;
/// The first bytes of every store.
inline constexpr std::array<unsigned char, 8> store_magic = {0x89, 'F', 'L', 'O', 'W', '\r', '\n', 0x1a};
/// HDF5 looks for its own first bytes at 0 and at powers of two from here on.
inline constexpr std::uint64_t least_user_block = 512;

/// User block and gaps together take no more: at 150 bytes a point what 100 million points need. Who reads a
/// frame reads all of it, so a forged length must not make that hours.
inline constexpr std::uint64_t greatest_frame = std::uint64_t{1} << 34;

/// Bytes [offset, offset + length) of the file.
struct Extent {
  std::uint64_t offset = 0, length = 0;
  std::uint64_t end() const { return offset + length; }
};

/// Sorted by offset, touching ones joined, empty ones left out.
std::vector<Extent> coalesced(std::vector<Extent> extents);

/// The frame of a store is what no commit touches: the user block in front of the HDF5 part, and every byte
/// of that part outside the data extents, which hold the columns that RowWriter writes. Behind the HDF5 part
/// lies a copy of the frame, and a trailer that tells where.
struct Frame {
  std::uint64_t user_block = 0;  ///< bytes; a power of two, at least least_user_block
  std::uint64_t hdf5_end = 0;    ///< end of the HDF5 part in the file
  std::vector<Extent> data;      ///< the data extents: coalesced, between user_block and hdf5_end

  /// The bytes between user_block and hdf5_end outside the data extents.
  std::vector<Extent> gaps() const;
  /// User block and gaps, one after another.
  std::uint64_t copy_bytes() const;
  /// Length of the whole file, copy and trailer included.
  std::uint64_t file_bytes() const;
  /// Whether [offset, offset + length) lies within one data extent, or touches none.
  bool holds_data(Extent part) const;
  bool touches_data(Extent part) const;
};

/// The smallest power of two in which a table of `extents` data extents fits.
std::uint64_t user_block_bytes(std::size_t extents);

/// A user block as it was read.
struct UserBlock {
  Frame frame;
  std::uint32_t version = 0;
  std::uint64_t checksum = 0;  ///< of the gaps
};

/// Length of the fixed part of a user block, from which user_block_length() tells the whole.
inline constexpr std::size_t user_block_head = 56;

std::vector<std::byte> encode_user_block(const Frame& frame, std::uint64_t gap_checksum);
/// The length that a head claims for its user block; nothing if no user block has that length.
std::optional<std::uint64_t> user_block_length(std::span<const std::byte> head);
/// Nothing if the block's own checksum or its table is wrong. Of another format version nothing but the
/// version is decoded.
std::optional<UserBlock> decode_user_block(std::span<const std::byte> block);

/// The last bytes of a store.
struct Trailer {
  std::uint64_t user_block = 0, hdf5_end = 0, file_bytes = 0;
  std::uint64_t checksum = 0;  ///< of the copy of the frame, at [hdf5_end, file_bytes - trailer_bytes)
};
inline constexpr std::size_t trailer_bytes = 56;

std::vector<std::byte> encode_trailer(const Trailer& trailer);
/// Nothing if these are not the intact last bytes of a store of `file_bytes` bytes in this format.
std::optional<Trailer> decode_trailer(std::span<const std::byte> bytes, std::uint64_t file_bytes);

}  // namespace flowsweep::store

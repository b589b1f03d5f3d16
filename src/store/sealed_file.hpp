#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/frame.hpp"

namespace flowsweep::store {

/// XXH3 of the bytes of some extents, in pieces of 256 KiB (shorter at the end of an extent), each seeded
/// with the checksum of what precedes it; the first with zero.
std::uint64_t chained_checksum(int descriptor, std::span<const Extent> extents);

/// The last step of a creation: writes the user block, and the copy of the frame with its trailer behind the
/// HDF5 part. Throws std::runtime_error.
void seal(int descriptor, const Frame& frame);

/// Writes the copy and the trailer of a file whose frame is intact.
void write_copy(int descriptor, const Frame& frame);

/// The user block of a file of `file_bytes` bytes if its own checksum is good.
std::optional<UserBlock> read_user_block(int descriptor, std::uint64_t file_bytes);

/// What the trailer says of the copy of the frame; nothing if there is no intact copy at the end of the file.
std::optional<Trailer> find_copy(int descriptor, std::uint64_t file_bytes);

/// Checks every byte of the frame, without HDF5. Throws InputError, naming `path`, for a file that is empty,
/// foreign, of another format, truncated, or damaged; where it may help the message names `flowsweep repair`.
Frame check_frame(int descriptor, const std::string& path);

/// Length of an open regular file; throws InputError, naming `path`, for anything else.
std::uint64_t length_of_file(int descriptor, const std::string& path);

/// Whether a regular file is a store or any other HDF5 file, damaged or not; false where it cannot be opened.
bool holds_hdf5(const std::string& path);

}  // namespace flowsweep::store

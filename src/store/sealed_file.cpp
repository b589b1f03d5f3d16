#include "store/sealed_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "store/point_text.hpp"
#include "store/positioned_io.hpp"

namespace flowsweep::store {
namespace {

constexpr std::array<unsigned char, 8> hdf5_magic = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
constexpr std::size_t piece_bytes = std::size_t{1} << 18;

bool has_magic(int descriptor, std::uint64_t offset, std::uint64_t file_bytes,
               const std::array<unsigned char, 8>& magic) {
  if (offset + magic.size() > file_bytes) return false;
  std::array<std::byte, 8> start{};
  read_at(descriptor, start, offset);
  return std::memcmp(start.data(), magic.data(), magic.size()) == 0;
}

bool has_hdf5(int descriptor, std::uint64_t file_bytes) {
  for (std::uint64_t offset = 0; offset < file_bytes; offset = offset == 0 ? least_user_block : 2 * offset)
    if (has_magic(descriptor, offset, file_bytes, hdf5_magic)) return true;
  return false;
}

std::string repair_command(const std::string& path) {
  return "`flowsweep repair " + quoted(path) + "`";
}

/// What can be done about a damaged frame.
std::string remedy(int descriptor, const std::string& path, std::uint64_t file_bytes) {
  if (find_copy(descriptor, file_bytes)) return "; " + repair_command(path) + " restores it from its copy";
  return ", and so is the copy at its end: run the sweep into a new store";
}

[[noreturn]] void refuse_start(int descriptor, const std::string& path, std::uint64_t file_bytes) {
  if (find_copy(descriptor, file_bytes))
    throw InputError(
        path, "is damaged: its first bytes are not those of a store" + remedy(descriptor, path, file_bytes));
  if (has_magic(descriptor, 0, file_bytes, hdf5_magic))
    throw InputError(path, "is an HDF5 file but not a flowsweep store of format " +
                               std::to_string(format_version) +
                               " (format 1 was that of unreleased programs; it is not read any more)");
  if (has_hdf5(descriptor, file_bytes)) throw InputError(path, "is an HDF5 file but not a flowsweep store");
  throw InputError(path, file_bytes == 0 ? "is empty, not a flowsweep store" : "is not an HDF5 file");
}

std::string of_bytes(std::uint64_t some, std::uint64_t all) {
  return std::to_string(some) + " of " + std::to_string(all) + " bytes";
}

}  // namespace

std::uint64_t chained_checksum(int descriptor, std::span<const Extent> extents) {
  std::vector<std::byte> buffer(piece_bytes);
  std::uint64_t checksum = 0;
  for (const Extent& extent : extents)
    for (std::uint64_t done = 0; done < extent.length; done += piece_bytes) {
      const auto piece = std::span(buffer).first(std::min<std::uint64_t>(piece_bytes, extent.length - done));
      read_at(descriptor, piece, extent.offset + done);
      checksum = hash_bytes(piece, checksum);
    }
  return checksum;
}

void write_copy(int descriptor, const Frame& frame) {
  std::vector<Extent> parts = frame.gaps();
  parts.insert(parts.begin(), Extent{0, frame.user_block});
  std::vector<std::byte> buffer(piece_bytes);
  std::uint64_t to = frame.hdf5_end;
  for (const Extent& part : parts)
    for (std::uint64_t done = 0; done < part.length; done += piece_bytes) {
      const auto piece = std::span(buffer).first(std::min<std::uint64_t>(piece_bytes, part.length - done));
      read_at(descriptor, piece, part.offset + done);
      write_at(descriptor, piece, to);
      to += piece.size();
    }
  const Extent copy{frame.hdf5_end, frame.copy_bytes()};
  write_at(descriptor,
           encode_trailer({frame.user_block, frame.hdf5_end, frame.file_bytes(),
                           chained_checksum(descriptor, std::span(&copy, 1))}),
           to);
}

void seal(int descriptor, const Frame& frame) {
  write_at(descriptor, encode_user_block(frame, chained_checksum(descriptor, frame.gaps())), 0);
  write_copy(descriptor, frame);
}

std::optional<UserBlock> read_user_block(int descriptor, std::uint64_t file_bytes) {
  if (file_bytes < user_block_head) return std::nullopt;
  std::vector<std::byte> block(user_block_head);
  read_at(descriptor, block, 0);
  const std::optional<std::uint64_t> length = user_block_length(block);
  if (!length || *length > file_bytes) return std::nullopt;
  block.resize(*length);
  read_at(descriptor, block, 0);
  return decode_user_block(block);
}

std::optional<Trailer> find_copy(int descriptor, std::uint64_t file_bytes) {
  if (file_bytes < least_user_block + trailer_bytes) return std::nullopt;
  std::array<std::byte, trailer_bytes> bytes{};
  read_at(descriptor, bytes, file_bytes - trailer_bytes);
  const std::optional<Trailer> trailer = decode_trailer(bytes, file_bytes);
  if (!trailer) return std::nullopt;
  const Extent copy{trailer->hdf5_end, file_bytes - trailer_bytes - trailer->hdf5_end};
  if (chained_checksum(descriptor, std::span(&copy, 1)) != trailer->checksum) return std::nullopt;
  return trailer;
}

Frame check_frame(int descriptor, const std::string& path) {
  const std::uint64_t file_bytes = length_of_file(descriptor, path);
  if (!has_magic(descriptor, 0, file_bytes, store_magic)) refuse_start(descriptor, path, file_bytes);
  const std::optional<UserBlock> block = read_user_block(descriptor, file_bytes);
  if (!block)
    throw InputError(path,
                     "is truncated, or damaged in its first block" + remedy(descriptor, path, file_bytes));
  if (block->version != format_version)
    throw InputError(path, "has store format " + std::to_string(block->version) +
                               "; this program reads format " + std::to_string(format_version));
  const Frame& frame = block->frame;
  if (file_bytes < frame.hdf5_end)
    throw InputError(path, "is truncated: it has " + of_bytes(file_bytes, frame.file_bytes()) +
                               ". Restore it from elsewhere, or run the sweep into a new store");
  if (chained_checksum(descriptor, frame.gaps()) != block->checksum)
    throw InputError(path, "is damaged outside its rows" + remedy(descriptor, path, file_bytes));
  if (file_bytes < frame.file_bytes())
    throw InputError(path, "is truncated: it has " + of_bytes(file_bytes, frame.file_bytes()) +
                               ", with all its rows; " + repair_command(path) + " writes its end anew");
  return frame;
}

std::uint64_t length_of_file(int descriptor, const std::string& path) {
  struct stat state {};
  if (::fstat(descriptor, &state) != 0 || !S_ISREG(state.st_mode))
    throw InputError(path, "is not a regular file");
  return static_cast<std::uint64_t>(state.st_size);
}

bool holds_hdf5(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file < 0) return false;
  const std::uint64_t file_bytes = length_of_file(file, path);
  return has_magic(file, 0, file_bytes, store_magic) || has_hdf5(file, file_bytes);
}

}  // namespace flowsweep::store

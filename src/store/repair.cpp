#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "core/error.hpp"
#include "store/positioned_io.hpp"
#include "store/sealed_file.hpp"
#include "store/store.hpp"

namespace flowsweep::store {
namespace {

Descriptor open_whole(const std::string& path) {
  Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (descriptor < 0) throw InputError(path, "cannot be opened for repair: " + system_reason());
  return descriptor;
}

/// The user block of a file whose whole frame is intact.
std::optional<UserBlock> intact_frame(int descriptor, std::uint64_t file_bytes) {
  const std::optional<UserBlock> block = read_user_block(descriptor, file_bytes);
  if (!block || block->version != format_version || file_bytes < block->frame.hdf5_end) return std::nullopt;
  const bool intact = chained_checksum(descriptor, block->frame.gaps()) == block->checksum;
  return intact ? block : std::nullopt;
}

bool copy_fits(int descriptor, const Frame& frame, std::uint64_t file_bytes) {
  const std::optional<Trailer> trailer = find_copy(descriptor, file_bytes);
  return trailer && file_bytes == frame.file_bytes() && trailer->hdf5_end == frame.hdf5_end;
}

/// Writes the copy's bytes to where they were taken from. The copy stays: a repair that is cut off can be
/// done again.
void restore_frame(int descriptor, std::uint64_t file_bytes, const std::string& path) {
  const std::optional<Trailer> copy = find_copy(descriptor, file_bytes);
  if (!copy) {
    check_frame(descriptor, path);  // says what is wrong with the file
    throw InputError(path, "is damaged");
  }
  const Trailer& trailer = *copy;
  std::vector<std::byte> bytes(trailer.user_block);
  read_at(descriptor, bytes, trailer.hdf5_end);
  const std::optional<UserBlock> block = decode_user_block(bytes);
  if (!block || block->version != format_version || block->frame.hdf5_end != trailer.hdf5_end ||
      block->frame.file_bytes() != trailer.file_bytes)
    throw InputError(path, "is damaged, and the copy at its end is not one of its frame");
  std::uint64_t from = trailer.hdf5_end + bytes.size();
  write_at(descriptor, bytes, 0);
  bytes.resize(std::size_t{1} << 18);
  for (const Extent& gap : block->frame.gaps())
    for (std::uint64_t done = 0; done < gap.length; done += bytes.size()) {
      const auto piece = std::span(bytes).first(std::min<std::uint64_t>(bytes.size(), gap.length - done));
      read_at(descriptor, piece, from);
      write_at(descriptor, piece, gap.offset + done);
      from += piece.size();
    }
}

}  // namespace

Repair repair(const std::string& path) {
  const Descriptor file = open_whole(path);
  const std::uint64_t file_bytes = length_of_file(file, path);
  const std::optional<UserBlock> block = intact_frame(file, file_bytes);
  if (block && copy_fits(file, block->frame, file_bytes)) return Repair::nothing;
  if (!block) {
    restore_frame(file, file_bytes, path);
  } else {
    write_copy(file, block->frame);
    if (::ftruncate(file, static_cast<off_t>(block->frame.file_bytes())) != 0)
      throw std::runtime_error("the store cannot be written: " + system_reason());
  }
  sync_descriptor(file);
  check_frame(file, path);
  return block ? Repair::copy : Repair::frame;
}

}  // namespace flowsweep::store

#include "store/positioned_io.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace flowsweep::store {

Descriptor::~Descriptor() {
  if (value_ >= 0) ::close(value_);
}

std::string system_reason() {
  return std::generic_category().message(errno);
}

void write_at(int descriptor, std::span<const std::byte> bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw std::runtime_error("the store cannot be written: " + system_reason());
    if (written == 0) throw std::runtime_error("the store cannot be written: no byte was taken");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
}

void read_at(int descriptor, std::span<std::byte> bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t got = ::pread(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw std::runtime_error("the store cannot be read: " + system_reason());
    if (got == 0) throw std::runtime_error("the store cannot be read: the file ends too early");
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
}

void sync_descriptor(int descriptor) {
  if (::fsync(descriptor) != 0) throw std::runtime_error("the file cannot be synced: " + system_reason());
}

void sync_folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some network file systems refuse to sync a folder; the rename itself has happened by now.
  if (descriptor >= 0 && ::fsync(descriptor) != 0 && errno != EINVAL && errno != ENOTSUP)
    throw std::runtime_error("the file's folder cannot be synced: " + system_reason());
}

}  // namespace flowsweep::store

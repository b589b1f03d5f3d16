#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace flowsweep::store {

/// Owner of a POSIX file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor();
  operator int() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_ = -1;
};

/// Writes or reads all the bytes at `offset`, whatever the number of system calls. Throws std::runtime_error
/// "the store cannot be written: REASON" (read: "the store cannot be read: REASON", also for the end of the
/// file).
void write_at(int descriptor, std::span<const std::byte> bytes, std::uint64_t offset);
void read_at(int descriptor, std::span<std::byte> bytes, std::uint64_t offset);

/// fsync of a file or a folder; throws std::runtime_error.
void sync_descriptor(int descriptor);
/// Makes a rename in the folder of `path` durable.
void sync_folder_of(const std::string& path);

/// The last system call's failure in words.
std::string system_reason();

}  // namespace flowsweep::store

#include "store/row_storage.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "store/positioned_io.hpp"

namespace flowsweep::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::array<long, 3> local_file_systems = {0xEF53 /* ext4 */, 0x58465342 /* xfs */,
                                                    0x01021994 /* tmpfs */};
constexpr std::chrono::milliseconds lock_poll_interval(1);

/// On these an overwrite of allocated blocks needs no new space, and pages are shared by no other machine.
bool overwrites_in_place(int descriptor) {
  struct statfs state {};
  return ::fstatfs(descriptor, &state) == 0 &&
         std::find(local_file_systems.begin(), local_file_systems.end(), static_cast<long>(state.f_type)) !=
             local_file_systems.end();
}

/// Locks belong to the open file description: they die with the process, exclude other writers of the same
/// process, and survive the closing of other descriptors of the file.
bool set_lock(int descriptor, short type, std::uint64_t offset) {
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = static_cast<off_t>(offset);
  range.l_len = 1;
  return ::fcntl(descriptor, F_OFD_SETLK, &range) == 0;
}

/// The mapping, the locks and the sync of both ways of access.
class FileStorage : public RowStorage {
 public:
  FileStorage(int descriptor, std::uint64_t length, int protection, int sharing,
              std::chrono::milliseconds lock_wait)
      : descriptor_(descriptor), length_(length), lock_wait_(lock_wait) {
    void* const mapped = ::mmap(nullptr, length_, protection, sharing, descriptor, 0);
    if (mapped == MAP_FAILED) throw std::runtime_error("the store cannot be mapped: " + system_reason());
    bytes_ = static_cast<std::byte*>(mapped);
  }
  ~FileStorage() override { ::munmap(bytes_, length_); }
  FileStorage(const FileStorage&) = delete;
  FileStorage& operator=(const FileStorage&) = delete;

  std::span<const std::byte> view(std::uint64_t offset, std::size_t size) const override {
    return {bytes_ + offset, size};
  }
  void order() const override { std::atomic_thread_fence(std::memory_order_seq_cst); }

  // On Linux this also writes what was changed through the mapping.
  void sync() override {
    if (::fdatasync(descriptor_) != 0)
      throw std::runtime_error("the store cannot be synced: " + system_reason());
  }

  void lock(std::uint64_t offset) override {
    const Clock::time_point deadline = Clock::now() + lock_wait_;
    while (locks_ && !set_lock(descriptor_, F_WRLCK, offset)) {
      // A file system without locks: rows are then protected by the lock on the whole store alone.
      if (errno != EAGAIN && errno != EACCES && errno != EINTR) locks_ = false;
      if (errno == EAGAIN || errno == EACCES) wait_until(deadline);
    }
  }
  void unlock(std::uint64_t offset) noexcept override {
    if (locks_) set_lock(descriptor_, F_UNLCK, offset);
  }

 protected:
  int descriptor_;
  std::uint64_t length_;
  std::byte* bytes_ = nullptr;

 private:
  static void wait_until(Clock::time_point deadline) {
    if (Clock::now() >= deadline)
      throw RowBusy("a row is still being written by another process, which may be stopped");
    std::this_thread::sleep_for(lock_poll_interval);
  }

  std::chrono::milliseconds lock_wait_;
  bool locks_ = true;
};

class MappedStorage final : public FileStorage {
 public:
  MappedStorage(int descriptor, std::uint64_t length, std::chrono::milliseconds lock_wait)
      : FileStorage(descriptor, length, PROT_READ | PROT_WRITE, MAP_SHARED, lock_wait) {}

  void read(std::span<std::byte> bytes, std::uint64_t offset) const override {
    if (!bytes.empty()) std::memcpy(bytes.data(), bytes_ + checked(bytes.size(), offset), bytes.size());
  }
  void write(std::span<const std::byte> bytes, std::uint64_t offset) override {
    if (!bytes.empty()) std::memcpy(bytes_ + checked(bytes.size(), offset), bytes.data(), bytes.size());
  }

 private:
  std::uint64_t checked(std::size_t size, std::uint64_t offset) const {
    if (offset > length_ || size > length_ - offset) throw std::logic_error("a row beyond the store's end");
    return offset;
  }
};

class PositionedStorage final : public FileStorage {
 public:
  PositionedStorage(int descriptor, std::uint64_t length, std::chrono::milliseconds lock_wait)
      : FileStorage(descriptor, length, PROT_READ, MAP_PRIVATE, lock_wait) {}

  void read(std::span<std::byte> bytes, std::uint64_t offset) const override {
    read_at(descriptor_, bytes, offset);
  }
  void write(std::span<const std::byte> bytes, std::uint64_t offset) override {
    write_at(descriptor_, bytes, offset);
  }
};

}  // namespace

std::unique_ptr<RowStorage> open_row_storage(int descriptor, std::uint64_t length, RowAccess access,
                                             std::chrono::milliseconds lock_wait) {
  const bool mapped =
      access == RowAccess::mapped || (access == RowAccess::automatic && overwrites_in_place(descriptor));
  if (mapped) return std::make_unique<MappedStorage>(descriptor, length, lock_wait);
  return std::make_unique<PositionedStorage>(descriptor, length, lock_wait);
}

}  // namespace flowsweep::store

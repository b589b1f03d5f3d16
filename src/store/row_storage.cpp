#include "store/row_storage.hpp"

#include <sys/mman.h>
#include <sys/statfs.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <stdexcept>

#include "store/positioned_io.hpp"

namespace flowsweep::store {
namespace {

constexpr std::array<long, 3> local_file_systems = {0xEF53 /* ext4 */, 0x58465342 /* xfs */,
                                                    0x01021994 /* tmpfs */};

/// On these an overwrite of allocated blocks needs no new space, and pages are shared by no other machine.
bool overwrites_in_place(int descriptor) {
  struct statfs state {};
  return ::fstatfs(descriptor, &state) == 0 &&
         std::find(local_file_systems.begin(), local_file_systems.end(), static_cast<long>(state.f_type)) !=
             local_file_systems.end();
}

}  // namespace

RowStorage::RowStorage(int descriptor, std::uint64_t length, RowAccess access)
    : descriptor_(descriptor),
      length_(length),
      writable_(access == RowAccess::mapped ||
                (access == RowAccess::automatic && overwrites_in_place(descriptor))) {
  const int protection = writable_ ? PROT_READ | PROT_WRITE : PROT_READ;
  void* const mapped =
      ::mmap(nullptr, length_, protection, writable_ ? MAP_SHARED : MAP_PRIVATE, descriptor, 0);
  if (mapped == MAP_FAILED) throw std::runtime_error("the store cannot be mapped: " + system_reason());
  bytes_ = static_cast<std::byte*>(mapped);
}

RowStorage::~RowStorage() {
  ::munmap(bytes_, length_);
}

void RowStorage::write(std::span<const std::byte> bytes, std::uint64_t offset) {
  if (!writable_) return write_at(descriptor_, bytes, offset);
  if (offset > length_ || bytes.size() > length_ - offset)
    throw std::logic_error("a write beyond the store's end");
  if (!bytes.empty()) std::memcpy(bytes_ + offset, bytes.data(), bytes.size());
}

void RowStorage::order() const {
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

}  // namespace flowsweep::store

#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "store/store.hpp"

namespace flowsweep::store {

/// The bytes of a store's file, to be read and overwritten in place; its length never changes.
///
/// What was written lies in the kernel's page cache when write() returns, so that it outlives a kill of the
/// process; it is certain to be on the disk after the next sync().
class RowStorage {
 public:
  virtual ~RowStorage() = default;

  /// Bytes that no one writes.
  virtual std::span<const std::byte> view(std::uint64_t offset, std::size_t size) const = 0;
  /// Bytes as they are now. Throws std::runtime_error, as write() does.
  virtual void read(std::span<std::byte> bytes, std::uint64_t offset) const = 0;
  virtual void write(std::span<const std::byte> bytes, std::uint64_t offset) = 0;
  /// What was written before is seen by other processes before what is written after.
  virtual void order() const = 0;
  /// Waits until everything written so far is on the disk. Throws std::runtime_error.
  virtual void sync() = 0;
  /// Keeps other processes' lock() of the same byte waiting. Throws RowBusy if another one holds it for
  /// longer than the storage waits.
  virtual void lock(std::uint64_t offset) = 0;
  virtual void unlock(std::uint64_t offset) noexcept = 0;
};

/// Longer than any row takes to be written; a holder that is stopped for longer is given up on.
inline constexpr std::chrono::seconds row_lock_wait(30);

/// A storage over the first `length` bytes of an open file. Throws std::runtime_error if the file cannot be
/// mapped.
std::unique_ptr<RowStorage> open_row_storage(int descriptor, std::uint64_t length, RowAccess access,
                                             std::chrono::milliseconds lock_wait = row_lock_wait);

/// A row's lock while this lives.
class RowGuard {
 public:
  RowGuard(RowStorage& storage, std::uint64_t offset) : storage_(storage), offset_(offset) {
    storage_.lock(offset_);
  }
  ~RowGuard() { storage_.unlock(offset_); }
  RowGuard(const RowGuard&) = delete;
  RowGuard& operator=(const RowGuard&) = delete;

 private:
  RowStorage& storage_;
  std::uint64_t offset_;
};

}  // namespace flowsweep::store

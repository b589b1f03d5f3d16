#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "store/store.hpp"

namespace flowsweep::store {

/// The bytes of a store's file, to be read and overwritten in place; its length never changes.
///
/// Either way the bytes lie in the kernel's page cache when write() returns, so that they outlive a kill of
/// the process.
class RowStorage {
 public:
  /// `length` bytes of the file are used. Throws std::runtime_error if the file cannot be mapped.
  RowStorage(int descriptor, std::uint64_t length, RowAccess access);
  ~RowStorage();
  RowStorage(const RowStorage&) = delete;
  RowStorage& operator=(const RowStorage&) = delete;

  /// Bytes that no one writes.
  std::span<const std::byte> view(std::uint64_t offset, std::size_t size) const {
    return {bytes_ + offset, size};
  }
  void write(std::span<const std::byte> bytes, std::uint64_t offset);
  /// What was written before is seen by other processes before what is written after.
  void order() const;

 private:
  int descriptor_;
  std::uint64_t length_;
  bool writable_;  ///< writes go to the mapping and not through the descriptor
  std::byte* bytes_ = nullptr;
};

}  // namespace flowsweep::store

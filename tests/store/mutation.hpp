#pragma once
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "store/row_blocks.hpp"
#include "store/stored_file.hpp"

namespace flowsweep::store::sample {

using Bytes = std::vector<std::byte>;

/// What each byte of an intact store belongs to.
class Owners {
 public:
  explicit Owners(const StoredFile& stored);
  static constexpr std::int32_t frame = -1, copy = -2;
  /// `frame`, `copy`, or the row.
  std::int32_t at(std::uint64_t offset) const { return owners_[offset]; }
  std::uint64_t size() const { return owners_.size(); }
  std::uint64_t mark_of(std::size_t row) const { return marks_ + row; }

 private:
  void own(std::uint64_t offset, std::uint64_t length, std::size_t row);

  std::vector<std::int32_t> owners_;
  std::uint64_t marks_;
};

/// One of many ways to damage a file: flips of one or more bits anywhere, in the user block, in the HDF5
/// part's metadata, in the copy or the trailer, in marks, in one row; truncation, zeroed, swapped,
/// overwritten blocks, bytes behind the end.
std::string mutate(Bytes& bytes, const Owners& owners, const Frame& frame, std::mt19937_64& random);

/// Changes some bytes of ids, axes and the table of weights.
void mutate_statics(Bytes& bytes, const Layout& layout, std::mt19937_64& random);

}  // namespace flowsweep::store::sample

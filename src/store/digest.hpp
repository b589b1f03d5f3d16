#pragma once
#include <cstdint>

#include "store/row_blocks.hpp"

namespace flowsweep::store {

/// Reader::digest(): each row that counts is hashed as a list of (hash of the dataset's path, length, bytes)
/// over the columns that are `in_digest`; trailing elements that are still the fill are left out, so that
/// neither a longer list or trajectory elsewhere nor an axis that only other points use changes a row's hash.
/// The digest is the hash of the (id, row hash) pairs sorted by id.
std::uint64_t digest_of(const StoredFile& stored);

}  // namespace flowsweep::store

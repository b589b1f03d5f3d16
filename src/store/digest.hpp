#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "store/row_blocks.hpp"

namespace flowsweep::store {

/// Reader::row_digests(): each row is hashed as a list of (hash of the dataset's path, length, bytes)
/// over the columns that are `in_digest`; trailing elements that are still the fill are left out, so that
/// neither a longer list or trajectory elsewhere nor an axis that only other points use changes a row's hash.
std::vector<Reader::RowDigest> row_digests_of(const StoredFile& stored);

/// Reader::digest(): the hash of the (id, row hash) pairs, sorted by id, of the rows that count.
std::uint64_t digest_of(std::span<const Reader::RowDigest> rows);

}  // namespace flowsweep::store

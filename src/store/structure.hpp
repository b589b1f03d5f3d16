#pragma once
#include <span>
#include <string>

#include "store/axes.hpp"
#include "store/columns.hpp"
#include "store/store.hpp"

namespace flowsweep::store {

/// Turns the existing file `path` into an HDF5 file behind a user block of `user_block` zeros, with every
/// group, attribute, dimension scale and dataset (contiguous, allocated, not filled), closes it, and sets
/// each column's offset in `layout`. Throws Hdf5Error.
void write_structure(const std::string& path, Layout& layout, const Schema& schema,
                     std::span<const Axis> axes, const Metadata& metadata, std::uint64_t user_block);

/// Bytes of the HDF5 structure around the datasets' own bytes: an estimate from above.
std::uint64_t structure_bytes(const Layout& layout);

}  // namespace flowsweep::store

#pragma once
#include <cstdint>
#include <span>

#include "store/axes.hpp"
#include "store/columns.hpp"
#include "store/frame.hpp"
#include "store/hdf5_handle.hpp"

namespace flowsweep::store {

hid_t native_type(Element element);

/// The layout of an open file, each dataset at its place. Everything that the file says of sizes and places
/// is held against the length of the file before it is believed: afterwards no arithmetic on the layout
/// overflows, the datasets lie apart from one another, the written ones within the frame's data extents and
/// the static ones outside. Throws Hdf5Error or std::invalid_argument.
Layout locate_layout(hid_t file, const Schema& schema, std::span<const Axis> axes, const Frame& frame);

}  // namespace flowsweep::store

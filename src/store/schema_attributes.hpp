#pragma once
#include <span>
#include <vector>

#include "store/axes.hpp"
#include "store/frame.hpp"
#include "store/hdf5_handle.hpp"
#include "store/store.hpp"

namespace flowsweep::store {

inline constexpr const char* format_tag = "flowsweep-store";

/// Writes what the datasets alone do not tell, as attributes of the root and of the groups (which must
/// exist): format, metadata, the order of axes, observables and theorems, and the theorems' texts.
void write_description(hid_t file, const Schema& schema, std::span<const Axis> axes,
                       const Metadata& metadata);

/// Throws InputError, naming `path`, for a file of another kind or of a newer format.
void check_format(hid_t file, const std::string& path);

/// The inverse of write_description; Schema::weight_counts stays empty.
Schema read_schema(hid_t file);
std::vector<Axis> read_axes(hid_t file);
Metadata read_metadata(hid_t file);

}  // namespace flowsweep::store

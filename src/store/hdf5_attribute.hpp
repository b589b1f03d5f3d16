#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "store/hdf5_handle.hpp"

namespace flowsweep::store {

// Strings are UTF-8 of variable length: fixed-length ones crash some releases of netCDF4's Python package.

void write_text(hid_t object, const std::string& name, const std::string& value);
/// An array of strings; an empty array leaves no attribute.
void write_texts(hid_t object, const std::string& name, const std::vector<std::string>& values);
void write_integer(hid_t object, const std::string& name, std::int64_t value);
/// `count` values of `type` (the type in memory and in the file) as a one-dimensional attribute.
void write_values(hid_t object, const std::string& name, hid_t type, std::size_t count, const void* values);
/// A scalar dataset: long texts do not fit an attribute of the earliest file format.
void write_text_dataset(hid_t file, const std::string& path, const std::string& value);

/// These throw Hdf5Error where the object or attribute is missing or of another type.
std::string read_text(hid_t object, const std::string& name);
std::vector<std::string> read_texts(hid_t object,
                                    const std::string& name);  ///< empty if there is no attribute
std::int64_t read_integer(hid_t object, const std::string& name);
std::string read_text_dataset(hid_t file, const std::string& path);

/// Throws Hdf5Error if the dataset's values lie in other files, in chunks or elsewhere than in one piece.
void require_own_bytes(hid_t dataset, const std::string& path);

Handle open_group(hid_t file, const std::string& path);
Handle open_dataset(hid_t file, const std::string& path);

}  // namespace flowsweep::store

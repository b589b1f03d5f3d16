#include "store/structure.hpp"

#include <hdf5_hl.h>

#include <cstdio>
#include <map>

#include "store/hdf5_attribute.hpp"
#include "store/locate.hpp"
#include "store/schema_attributes.hpp"
#include "store/stored_file.hpp"

namespace flowsweep::store {
namespace {

using Scales = std::map<std::string, Handle>;

/// Metadata are gathered in blocks of this size instead of being strewn between the datasets.
constexpr hsize_t metadata_block = 64 * 1024;

Handle create_file(const std::string& path, std::uint64_t user_block) {
  const Handle access = file_access();
  const Handle creation(FLOWSWEEP_HDF5(H5Pcreate(H5P_FILE_CREATE)));
  FLOWSWEEP_HDF5(H5Pset_userblock(creation, user_block));
  FLOWSWEEP_HDF5(H5Pset_meta_block_size(access, metadata_block));
  return Handle(FLOWSWEEP_HDF5(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, access)), H5Fclose);
}

Handle simple_space(const std::vector<Dimension>& shape) {
  std::vector<hsize_t> sizes;
  for (const Dimension& dimension : shape) sizes.push_back(dimension.size);
  return Handle(FLOWSWEEP_HDF5(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr)));
}

/// A dimension without values, in the form in which netCDF-4 writes one: never allocated, so it takes no
/// space.
Handle create_scale(hid_t file, const Dimension& dimension) {
  const Handle space = simple_space({dimension});
  Handle scale(FLOWSWEEP_HDF5(H5Dcreate2(file, ("/" + dimension.name).c_str(), H5T_IEEE_F32BE, space,
                                         H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)));
  std::array<char, 80> name{};
  std::snprintf(name.data(), name.size(), "This is a netCDF dimension but not a netCDF variable.%10zu",
                dimension.size);
  FLOWSWEEP_HDF5(H5DSset_scale(scale, name.data()));
  return scale;
}

Handle creation_properties(const Column& column) {
  Handle properties(FLOWSWEEP_HDF5(H5Pcreate(H5P_DATASET_CREATE)));
  FLOWSWEEP_HDF5(H5Pset_layout(properties, H5D_CONTIGUOUS));
  FLOWSWEEP_HDF5(H5Pset_alloc_time(properties, H5D_ALLOC_TIME_EARLY));
  FLOWSWEEP_HDF5(H5Pset_fill_value(properties, native_type(column.element), column.fill.data()));
  // The bytes are written by us afterwards, where a full disk is an error that leaves HDF5 in a clean state.
  FLOWSWEEP_HDF5(H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER));
  return properties;
}

void write_flags(hid_t dataset, const Column& column) {
  if (column.flags.values.empty()) return;
  std::vector<std::byte> values;
  std::string meanings;
  for (std::size_t i = 0; i < column.flags.values.size(); ++i) {
    const Fill value = integer_fill(column.element, column.flags.values[i]);
    values.insert(values.end(), value.begin(), value.begin() + size_of(column.element));
    meanings += (i == 0 ? "" : " ") + column.flags.meanings[i];
  }
  write_values(dataset, "flag_values", native_type(column.element), column.flags.values.size(),
               values.data());
  write_text(dataset, "flag_meanings", meanings);
}

void write_attributes(hid_t dataset, const Column& column) {
  for (const auto& [name, value] : column.attributes) write_text(dataset, name, value);
  write_flags(dataset, column);
  if (column.masked) write_values(dataset, "_FillValue", native_type(column.element), 1, column.fill.data());
}

void create_dataset(hid_t file, const Layout& layout, Column& column, const Scales& scales) {
  const std::vector<Dimension> shape = layout.shape(column);
  const Handle space = simple_space(shape), properties = creation_properties(column);
  const Handle links(FLOWSWEEP_HDF5(H5Pcreate(H5P_LINK_CREATE)));
  FLOWSWEEP_HDF5(H5Pset_create_intermediate_group(links, 1));
  const Handle dataset(FLOWSWEEP_HDF5(H5Dcreate2(file, column.path.c_str(), native_type(column.element),
                                                 space, links, properties, H5P_DEFAULT)));
  write_attributes(dataset, column);
  for (unsigned i = 0; i < shape.size(); ++i)
    FLOWSWEEP_HDF5(H5DSattach_scale(dataset, scales.at(shape[i].name), i));
  column.offset = H5Dget_offset(dataset);
  if (column.offset == HADDR_UNDEF) throw Hdf5Error("no space was allocated for " + column.path);
}

}  // namespace

void write_structure(const std::string& path, Layout& layout, const Schema& schema,
                     std::span<const Axis> axes, const Metadata& metadata, std::uint64_t user_block) {
  const QuietErrors quiet;
  Handle file = create_file(path, user_block);
  Scales scales;
  for (const Dimension& dimension : layout.dimensions)
    scales.emplace(dimension.name, create_scale(file, dimension));
  for (Column* column : layout.datasets()) create_dataset(file, layout, *column, scales);
  write_description(file, schema, axes, metadata);
  scales.clear();
  file.close();
}

std::uint64_t structure_bytes(const Layout& layout) {
  constexpr std::uint64_t per_dataset = 2048;
  return 2 * metadata_block + per_dataset * (layout.columns.size() + layout.dimensions.size());
}

}  // namespace flowsweep::store

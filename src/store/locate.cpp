#include "store/locate.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "store/hdf5_attribute.hpp"

namespace flowsweep::store {
namespace {

/// The header of the smallest dataset takes more than this, so that a file cannot name more datasets.
constexpr std::uint64_t least_dataset_bytes = 128;

std::vector<std::uint64_t> sizes_of(hid_t dataset) {
  const Handle space(FLOWSWEEP_HDF5(H5Dget_space(dataset)));
  std::vector<hsize_t> sizes(static_cast<std::size_t>(FLOWSWEEP_HDF5(H5Sget_simple_extent_ndims(space))));
  FLOWSWEEP_HDF5(H5Sget_simple_extent_dims(space, sizes.data(), nullptr));
  return {sizes.begin(), sizes.end()};
}

bool has_shape(hid_t dataset, const std::vector<Dimension>& shape) {
  return std::ranges::equal(sizes_of(dataset), shape, {}, {},
                            [](const Dimension& dimension) { return std::uint64_t{dimension.size}; });
}

std::size_t length_of(hid_t file, const std::string& path, const Frame& frame) {
  const std::vector<std::uint64_t> sizes = sizes_of(open_dataset(file, path));
  if (sizes.size() != 1) throw Hdf5Error(path + " has another shape than the format says");
  if (sizes.front() > frame.hdf5_end) throw Hdf5Error(path + " claims to be longer than the file");
  return sizes.front();
}

std::uint64_t count_columns(const Schema& schema, std::span<const Axis> axes) {
  std::uint64_t count = axes.size() + 2 * schema.observables.size();
  for (const TheoremColumns& theorem : schema.theorems)
    count += 5 + theorem.measurements.size() + theorem.hypotheses.size() + theorem.conclusions.size();
  return count;
}

/// What is known before any dataset is looked at.
void check_sizes(const Schema& schema, std::span<const Axis> axes, const Frame& frame) {
  const auto too_wide = [&](std::uint64_t width) { return width > frame.hdf5_end / sizeof(double); };
  if (count_columns(schema, axes) > frame.hdf5_end / least_dataset_bytes)
    throw Hdf5Error("more datasets are named than the file can hold");
  if (too_wide(static_cast<std::uint64_t>(schema.records)))
    throw Hdf5Error("a trajectory is longer than the file");
  for (const Axis& axis : axes)
    if (too_wide(axis.width)) throw Hdf5Error(axis_path(axis.key) + " is wider than the file is long");
}

Extent extent_of(const Layout& layout, const Column& column) {
  return {column.offset, layout.total_bytes(column)};
}

void locate(hid_t file, const Layout& layout, Column& column, const Frame& frame) {
  const Handle dataset = open_dataset(file, column.path);
  const Handle type(FLOWSWEEP_HDF5(H5Dget_type(dataset)));
  if (FLOWSWEEP_HDF5(H5Tequal(type, native_type(column.element))) == 0)
    throw Hdf5Error(column.path + " has another type than the format says");
  if (!has_shape(dataset, layout.shape(column)))
    throw Hdf5Error(column.path + " has another shape than the format says");
  require_own_bytes(dataset, column.path);
  column.offset = H5Dget_offset(dataset);
  const std::uint64_t rows = column.ragged ? layout.weight_total : layout.points;
  if (column.offset == HADDR_UNDEF || column.offset > frame.hdf5_end ||
      rows > (frame.hdf5_end - column.offset) / column.row_bytes())
    throw Hdf5Error("the file ends before the end of " + column.path);
}

void check_places(const Layout& layout, const Frame& frame) {
  std::vector<Extent> places;
  for (const Column* column : layout.datasets()) places.push_back(extent_of(layout, *column));
  for (std::size_t c = 0; c < places.size(); ++c) {
    const bool right = c < layout.statics
                           ? places[c].offset >= frame.user_block && !frame.touches_data(places[c])
                           : frame.holds_data(places[c]);
    if (!right) throw Hdf5Error(layout.datasets()[c]->path + " lies in the wrong part of the file");
  }
  std::ranges::sort(places, {}, &Extent::offset);
  for (std::size_t c = 1; c < places.size(); ++c)
    if (places[c].offset < places[c - 1].end()) throw Hdf5Error("two datasets share bytes of the file");
}

}  // namespace

hid_t native_type(Element element) {
  switch (element) {
    case Element::int8:
      return H5T_NATIVE_INT8;
    case Element::uint8:
      return H5T_NATIVE_UINT8;
    case Element::int16:
      return H5T_NATIVE_INT16;
    case Element::int32:
      return H5T_NATIVE_INT32;
    case Element::uint32:
      return H5T_NATIVE_UINT32;
    case Element::int64:
      return H5T_NATIVE_INT64;
    case Element::uint64:
      return H5T_NATIVE_UINT64;
    case Element::float64:
      return H5T_NATIVE_DOUBLE;
  }
  throw std::logic_error("unknown element type");
}

Layout locate_layout(hid_t file, const Schema& schema, std::span<const Axis> axes, const Frame& frame) {
  check_sizes(schema, axes, frame);
  const Layout shapeless = make_layout(schema, axes, 1, 1);
  Layout layout = make_layout(schema, axes, length_of(file, shapeless.id().path, frame),
                              length_of(file, shapeless.weights.path, frame));
  for (Column* column : layout.datasets()) locate(file, layout, *column, frame);
  check_places(layout, frame);
  return layout;
}

}  // namespace flowsweep::store

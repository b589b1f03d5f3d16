#include "store/stored_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

#include "core/error.hpp"
#include "store/hdf5_attribute.hpp"
#include "store/schema_attributes.hpp"

namespace flowsweep::store {
namespace {

constexpr std::array<unsigned char, 8> hdf5_signature = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
constexpr int replaced_retries = 5;

Descriptor open_plain(const std::string& path, int flags) {
  Descriptor descriptor(::open(path.c_str(), flags | O_CLOEXEC));
  struct stat state {};
  if (descriptor < 0) throw InputError(path, "cannot be opened: " + system_reason());
  if (::fstat(descriptor, &state) != 0 || !S_ISREG(state.st_mode))
    throw InputError(path, "is not a regular file");
  std::array<unsigned char, 8> start{};
  if (::pread(descriptor, start.data(), start.size(), 0) != std::ssize(start) || start != hdf5_signature)
    throw InputError(path, state.st_size == 0 ? "is empty, not a flowsweep store" : "is not an HDF5 file");
  return descriptor;
}

/// Whether `path` still names the file behind `descriptor` (extending a store renames a new file over it).
bool names(const std::string& path, int descriptor) {
  struct stat by_path {
  }, by_descriptor{};
  return ::stat(path.c_str(), &by_path) == 0 && ::fstat(descriptor, &by_descriptor) == 0 &&
         by_path.st_dev == by_descriptor.st_dev && by_path.st_ino == by_descriptor.st_ino;
}

Handle open_hdf5(const std::string& path) {
  const Handle access = file_access();
  try {
    return Handle(FLOWSWEEP_HDF5(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access)), H5Fclose);
  } catch (const Hdf5Error& error) {
    throw InputError(path, std::string("is truncated or damaged (") + error.what() + ")");
  }
}

std::vector<Dimension> dimensions_of(hid_t dataset) {
  const Handle space(FLOWSWEEP_HDF5(H5Dget_space(dataset)));
  std::vector<hsize_t> sizes(static_cast<std::size_t>(FLOWSWEEP_HDF5(H5Sget_simple_extent_ndims(space))));
  FLOWSWEEP_HDF5(H5Sget_simple_extent_dims(space, sizes.data(), nullptr));
  std::vector<Dimension> dimensions;
  for (const hsize_t size : sizes) dimensions.push_back({"", size});
  return dimensions;
}

bool same_sizes(const std::vector<Dimension>& a, const std::vector<Dimension>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Dimension& x, const Dimension& y) { return x.size == y.size; });
}

std::size_t length_of(hid_t file, const std::string& path) {
  const Handle dataset = open_dataset(file, path);
  const std::vector<Dimension> shape = dimensions_of(dataset);
  if (shape.size() != 1) throw Hdf5Error(path + " has another shape than the format says");
  return shape.front().size;
}

void locate(hid_t file, const Layout& layout, Column& column, std::uint64_t file_bytes) {
  const Handle dataset = open_dataset(file, column.path);
  const Handle type(FLOWSWEEP_HDF5(H5Dget_type(dataset)));
  if (FLOWSWEEP_HDF5(H5Tequal(type, native_type(column.element))) == 0)
    throw Hdf5Error(column.path + " has another type than the format says");
  if (!same_sizes(dimensions_of(dataset), layout.shape(column)))
    throw Hdf5Error(column.path + " has another shape than the format says");
  column.offset = H5Dget_offset(dataset);
  const std::uint64_t bytes = layout.total_bytes(column);
  if (column.offset == HADDR_UNDEF || column.offset > file_bytes || bytes > file_bytes - column.offset)
    throw Hdf5Error("the file ends before the end of " + column.path);
}

void describe(hid_t file, const std::string& path, StoredFile& stored) {
  check_format(file, path);
  stored.schema = read_schema(file);
  stored.axes = read_axes(file);
  stored.metadata = read_metadata(file);
  const Layout shapeless = make_layout(stored.schema, stored.axes, 1, 1);
  stored.layout = make_layout(stored.schema, stored.axes, length_of(file, shapeless.id().path),
                              length_of(file, shapeless.weights.path));
  struct stat state {};
  if (::fstat(stored.descriptor, &state) != 0)
    throw InputError(path, "cannot be examined: " + system_reason());
  for (Column* column : stored.layout.datasets())
    locate(file, stored.layout, *column, static_cast<std::uint64_t>(state.st_size));
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

Handle file_access() {
  // The environment variable would override the property; it is read when the library starts. Stores are
  // locked by WriterLock, and HDF5's lock would collide with that on a file in creation.
  static const int unlocked = setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1);
  if (unlocked != 0) throw std::runtime_error("cannot set HDF5_USE_FILE_LOCKING");
  Handle access(FLOWSWEEP_HDF5(H5Pcreate(H5P_FILE_ACCESS)));
  FLOWSWEEP_HDF5(H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18));
  FLOWSWEEP_HDF5(H5Pset_file_locking(access, false, true));
  return access;
}

StoredFile open_stored(const std::string& path, int flags) {
  const QuietErrors quiet;
  for (int attempt = 0; attempt < replaced_retries; ++attempt) {
    StoredFile stored;
    stored.descriptor = open_plain(path, flags);
    const Handle file = open_hdf5(path);
    if (!names(path, stored.descriptor)) continue;
    try {
      describe(file, path, stored);
    } catch (const Hdf5Error& error) {
      throw InputError(path, std::string("is damaged or incomplete (") + error.what() + ")");
    } catch (const std::invalid_argument& error) {
      throw InputError(path, std::string("is damaged (") + error.what() + ")");
    }
    return stored;
  }
  throw InputError(path, "is being replaced again and again");
}

}  // namespace flowsweep::store

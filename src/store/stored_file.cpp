#include "store/stored_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "core/error.hpp"
#include "store/locate.hpp"
#include "store/schema_attributes.hpp"
#include "store/sealed_file.hpp"

namespace flowsweep::store {
namespace {

constexpr int replaced_retries = 5;

Descriptor open_plain(const std::string& path, int flags) {
  // Without O_NONBLOCK the opening of a pipe would wait for its other end.
  Descriptor descriptor(::open(path.c_str(), flags | O_NONBLOCK | O_CLOEXEC));
  if (descriptor < 0) throw InputError(path, "cannot be opened: " + system_reason());
  return descriptor;
}

Handle open_hdf5(const std::string& path) {
  const Handle access = file_access();
  try {
    return Handle(FLOWSWEEP_HDF5(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access)), H5Fclose);
  } catch (const Hdf5Error& error) {
    throw InputError(path, std::string("is truncated or damaged (") + error.what() + ")");
  }
}

void describe(hid_t file, const std::string& path, StoredFile& stored) {
  check_format(file, path);
  stored.schema = read_schema(file);
  stored.axes = read_axes(file);
  stored.metadata = read_metadata(file);
  stored.layout = locate_layout(file, stored.schema, stored.axes, stored.frame);
}

}  // namespace

bool names(const std::string& path, int descriptor) {
  struct stat by_path {
  }, by_descriptor{};
  return ::stat(path.c_str(), &by_path) == 0 && ::fstat(descriptor, &by_descriptor) == 0 &&
         by_path.st_dev == by_descriptor.st_dev && by_path.st_ino == by_descriptor.st_ino;
}

Handle file_access() {
  // The environment variable would override the property; it is read when the library starts. Stores are
  // locked by WriterLock, and HDF5's lock would collide with that on a file in creation.
  static const int unlocked = setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1);
  if (unlocked != 0) throw std::runtime_error("cannot set HDF5_USE_FILE_LOCKING");
  Handle access(FLOWSWEEP_HDF5(H5Pcreate(H5P_FILE_ACCESS)));
  FLOWSWEEP_HDF5(H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18));
  FLOWSWEEP_HDF5(H5Pset_file_locking(access, false, true));
  // A link to another file could name a pipe, which would be waited for.
  if (H5Lis_registered(H5L_TYPE_EXTERNAL) > 0) FLOWSWEEP_HDF5(H5Lunregister(H5L_TYPE_EXTERNAL));
  return access;
}

StoredFile open_stored(const std::string& path, int flags) {
  const QuietErrors quiet;
  for (int attempt = 0; attempt < replaced_retries; ++attempt) {
    StoredFile stored;
    stored.descriptor = open_plain(path, flags);
    stored.frame = check_frame(stored.descriptor, path);
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

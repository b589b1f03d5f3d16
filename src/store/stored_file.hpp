#pragma once
#include <string>
#include <vector>

#include "store/axes.hpp"
#include "store/columns.hpp"
#include "store/frame.hpp"
#include "store/hdf5_handle.hpp"
#include "store/positioned_io.hpp"
#include "store/store.hpp"

namespace flowsweep::store {

/// Access properties: no file locks (readers and writers of rows share the file), oldest file format.
Handle file_access();

/// An existing store, opened: HDF5 has told what is where and is closed again; bytes are read and written
/// through `descriptor`.
struct StoredFile {
  Descriptor descriptor;
  Schema schema;  ///< without weight_counts
  Metadata metadata;
  std::vector<Axis> axes;
  Frame frame;
  Layout layout;
};

/// `flags` are those of open(2): O_RDONLY or O_RDWR. Throws InputError for a file that is missing, foreign,
/// truncated, damaged outside its rows, or of another format. HDF5 sees only files whose frame is intact.
StoredFile open_stored(const std::string& path, int flags);

/// Whether `path` still names the file behind `descriptor` (extending a store renames a new file over it).
bool names(const std::string& path, int descriptor);

}  // namespace flowsweep::store

#include <fcntl.h>

#include "store/row_commit.hpp"
#include "store/row_storage.hpp"
#include "store/stored_file.hpp"

namespace flowsweep::store {

struct RowWriter::State {
  State(const std::string& place, RowAccess access, Durability durability)
      : path(place),
        file(open_stored(place, O_RDWR)),
        storage(open_row_storage(file.descriptor, file.frame.hdf5_end, access)),
        committer(file.layout, file.schema, *storage, durability) {}

  std::string path;
  StoredFile file;
  std::unique_ptr<RowStorage> storage;
  RowCommitter committer;
};

RowWriter::RowWriter(const std::string& path, RowAccess access, Durability durability)
    : state_(std::make_unique<State>(path, access, durability)) {}

RowWriter::RowWriter(RowWriter&&) noexcept = default;

RowWriter::~RowWriter() {
  try {
    if (state_) state_->committer.flush();
  } catch (const std::exception&) {
    // The rows stay without their marks: they count as not run.
  }
}

void RowWriter::commit(std::size_t row, const record::RunRecord& run) {
  state_->committer.commit(row, run);
}

bool RowWriter::committed(std::size_t row) {
  return state_->committer.committed(row);
}

bool RowWriter::in_place() const {
  return names(state_->path, state_->file.descriptor);
}

void RowWriter::sync() {
  state_->committer.flush();
  state_->storage->sync();
}

}  // namespace flowsweep::store

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "store/row_image.hpp"
#include "store/row_storage.hpp"
#include "store/stored_file.hpp"

namespace flowsweep::store {
namespace {

std::uint64_t end_of(const Layout& layout) {
  std::uint64_t end = 0;
  for (const Column* column : layout.datasets())
    end = std::max(end, column->offset + layout.total_bytes(*column));
  return end;
}

}  // namespace

struct RowWriter::State {
  State(const std::string& path, RowAccess access)
      : file(open_stored(path, O_RDWR)),
        storage(file.descriptor, end_of(file.layout), access),
        static_bytes(file.layout.static_bytes()),
        fixed_bytes(file.layout.fixed_bytes()) {}

  StoredFile file;
  RowStorage storage;
  std::size_t static_bytes, fixed_bytes;
  std::vector<std::byte> image;

  std::span<const std::byte> cell(const Column& column, std::size_t row) const {
    return storage.view(column.offset + row * column.row_bytes(), column.row_bytes());
  }

  template <class Number>
  Number static_number(const Column& column, std::size_t row) const {
    Number number;
    std::memcpy(&number, cell(column, row).data(), sizeof number);
    return number;
  }

  template <class Number>
  void write_number(const Column& column, std::size_t row, Number number) {
    storage.write(std::as_bytes(std::span(&number, 1)), column.offset + row * sizeof number);
  }

  /// The static columns enter every checksum.
  void copy_statics(std::size_t row) {
    std::byte* end = image.data();
    for (std::size_t c = 0; c < file.layout.statics; ++c) {
      const std::span<const std::byte> bytes = cell(file.layout.columns[c], row);
      end = std::copy(bytes.begin(), bytes.end(), end);
    }
  }

  void write_columns(std::size_t row) {
    const Layout& layout = file.layout;
    std::span<const std::byte> rest = std::span(image).subspan(static_bytes);
    for (std::size_t c = layout.statics; c < layout.columns.size(); ++c) {
      const Column& column = layout.columns[c];
      const std::size_t bytes = column.row_bytes();
      storage.write(rest.first(bytes), column.offset + row * bytes);
      rest = rest.subspan(bytes);
    }
    const auto first = static_number<std::uint64_t>(layout.weight_offset(), row);
    storage.write(rest, layout.weights.offset + first * sizeof(double));
  }

  std::size_t weights(std::size_t row) const {
    const auto first = static_number<std::uint64_t>(file.layout.weight_offset(), row);
    const auto count = static_number<std::uint32_t>(file.layout.weight_count(), row);
    if (first > file.layout.weight_total || count > file.layout.weight_total - first)
      throw std::runtime_error("the store is damaged: the weights of row " + std::to_string(row) +
                               " lie outside of it");
    return count;
  }
};

RowWriter::RowWriter(const std::string& path, RowAccess access)
    : state_(std::make_unique<State>(path, access)) {}
RowWriter::~RowWriter() = default;
RowWriter::RowWriter(RowWriter&&) noexcept = default;

void RowWriter::commit(std::size_t row, const record::RunRecord& run) {
  State& s = *state_;
  const Layout& layout = s.file.layout;
  if (row >= layout.points) throw std::out_of_range("the store has no row " + std::to_string(row));
  if (run.status == record::Status::not_run)
    throw std::invalid_argument("a run that was not run cannot be committed");
  const std::size_t weights = s.weights(row);
  s.image.resize(s.fixed_bytes + weights * sizeof(double));
  s.copy_statics(row);
  encode_run(s.file.schema, run, weights, std::span(s.image).subspan(s.static_bytes));
  // A row that is written anew must not look committed while its columns are of two runs.
  s.write_number(layout.committed, row, std::uint8_t{0});
  s.storage.order();
  s.write_columns(row);
  s.write_number(layout.checksum, row,
                 row_checksum(s.image, s.static_number<std::uint64_t>(layout.id(), row)));
  s.storage.order();
  s.write_number(layout.committed, row, std::uint8_t{1});
}

void RowWriter::sync() {
  if (::fdatasync(state_->file.descriptor) != 0)
    throw std::runtime_error("the store cannot be synced: " + system_reason());
}

}  // namespace flowsweep::store

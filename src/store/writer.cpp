#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "core/error.hpp"
#include "store/row_image.hpp"
#include "store/stored_file.hpp"

namespace flowsweep::store {
namespace {

/// Read-only view of the part of the file that holds the static columns: they enter every checksum.
class StaticColumns {
 public:
  StaticColumns(int descriptor, const Layout& layout) : layout_(layout) {
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    std::uint64_t first = layout.id().offset, end = 0;
    for (std::size_t c = 0; c < layout.statics; ++c) {
      const Column& column = layout.columns[c];
      first = std::min(first, column.offset);
      end = std::max(end, column.offset + layout.total_bytes(column));
    }
    start_ = first / page * page;
    length_ = end - start_;
    void* const mapped =
        ::mmap(nullptr, length_, PROT_READ, MAP_SHARED, descriptor, static_cast<off_t>(start_));
    if (mapped == MAP_FAILED) throw std::runtime_error("the store cannot be mapped: " + system_reason());
    bytes_ = static_cast<const std::byte*>(mapped);
  }
  ~StaticColumns() { ::munmap(const_cast<std::byte*>(bytes_), length_); }
  StaticColumns(const StaticColumns&) = delete;
  StaticColumns& operator=(const StaticColumns&) = delete;

  std::span<const std::byte> cell(const Column& column, std::size_t row) const {
    return {bytes_ + (column.offset - start_) + row * column.row_bytes(), column.row_bytes()};
  }
  template <class Number>
  Number number(const Column& column, std::size_t row) const {
    Number value;
    std::memcpy(&value, cell(column, row).data(), sizeof value);
    return value;
  }
  /// Copies the row's static columns to the start of `image`.
  void copy(std::size_t row, std::span<std::byte> image) const {
    std::byte* end = image.data();
    for (std::size_t c = 0; c < layout_.statics; ++c) {
      const std::span<const std::byte> bytes = cell(layout_.columns[c], row);
      end = std::copy(bytes.begin(), bytes.end(), end);
    }
  }

 private:
  const Layout& layout_;
  std::uint64_t start_ = 0, length_ = 0;
  const std::byte* bytes_ = nullptr;
};

}  // namespace

struct RowWriter::State {
  explicit State(const std::string& path)
      : file(open_stored(path, O_RDWR)),
        statics(file.descriptor, file.layout),
        static_bytes(file.layout.static_bytes()),
        fixed_bytes(file.layout.fixed_bytes()) {}

  StoredFile file;
  StaticColumns statics;
  std::size_t static_bytes, fixed_bytes;
  std::vector<std::byte> image;

  template <class Number>
  void write_number(const Column& column, std::size_t row, Number number) const {
    write_at(file.descriptor, std::as_bytes(std::span(&number, 1)), column.offset + row * sizeof number);
  }

  void write_columns(std::size_t row) const {
    const Layout& layout = file.layout;
    std::span<const std::byte> rest = std::span(image).subspan(static_bytes);
    for (std::size_t c = layout.statics; c < layout.columns.size(); ++c) {
      const Column& column = layout.columns[c];
      write_at(file.descriptor, rest.first(column.row_bytes()), column.offset + row * column.row_bytes());
      rest = rest.subspan(column.row_bytes());
    }
    const auto first = statics.number<std::uint64_t>(layout.weight_offset(), row);
    write_at(file.descriptor, rest, layout.weights.offset + first * sizeof(double));
  }

  std::size_t weights(std::size_t row) const {
    const auto first = statics.number<std::uint64_t>(file.layout.weight_offset(), row);
    const auto count = statics.number<std::uint32_t>(file.layout.weight_count(), row);
    if (first > file.layout.weight_total || count > file.layout.weight_total - first)
      throw std::runtime_error("the store is damaged: the weights of row " + std::to_string(row) +
                               " lie outside of it");
    return count;
  }
};

RowWriter::RowWriter(const std::string& path) : state_(std::make_unique<State>(path)) {}
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
  s.statics.copy(row, s.image);
  encode_run(s.file.schema, run, weights, std::span(s.image).subspan(s.static_bytes));
  // A row that is written anew must not look committed while its columns are of two runs.
  s.write_number(layout.committed, row, std::uint8_t{0});
  s.write_columns(row);
  s.write_number(layout.checksum, row,
                 row_checksum(s.image, s.statics.number<std::uint64_t>(layout.id(), row)));
  s.write_number(layout.committed, row, std::uint8_t{1});
}

void RowWriter::sync() {
  if (::fdatasync(state_->file.descriptor) != 0)
    throw std::runtime_error("the store cannot be synced: " + system_reason());
}

}  // namespace flowsweep::store

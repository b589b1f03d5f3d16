#include "store/create.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "core/error.hpp"
#include "store/axes.hpp"
#include "store/columns.hpp"
#include "store/sealed_file.hpp"
#include "store/structure.hpp"

namespace flowsweep::store {
namespace {

/// Writes a row's bytes of one column.
using RowBytes = std::function<void(std::size_t row, std::span<std::byte> bytes)>;

/// Small on purpose: recent kernels cache a large write in large folios, and every later write of a few bytes
/// then walks the blocks of its whole folio (measured on ext4, Linux 6.18: after fills of 1 MiB a pwrite of 8
/// bytes took eight times as long as after fills of 4 to 16 KiB; the fill itself takes the same time).
constexpr std::size_t buffer_bytes = std::size_t{1} << 14;

/// Writes `rows` rows of `row_bytes` each from `offset` on, in pieces.
void write_rows(int descriptor, std::uint64_t offset, std::size_t rows, std::size_t row_bytes,
                const RowBytes& bytes) {
  const std::size_t rows_a_buffer = std::max<std::size_t>(1, buffer_bytes / row_bytes);
  std::vector<std::byte> buffer(std::min(rows, rows_a_buffer) * row_bytes);
  for (std::size_t first = 0; first < rows; first += rows_a_buffer) {
    const std::size_t count = std::min(rows_a_buffer, rows - first);
    for (std::size_t i = 0; i < count; ++i)
      bytes(first + i, std::span(buffer).subspan(i * row_bytes, row_bytes));
    write_at(descriptor, std::span(buffer).first(count * row_bytes), offset + first * row_bytes);
  }
}

void write_fill(int descriptor, const Layout& layout, const Column& column) {
  const std::size_t size = size_of(column.element);
  const std::uint64_t total = layout.total_bytes(column);
  std::vector<std::byte> buffer(std::min<std::uint64_t>(total, buffer_bytes));
  for (std::size_t i = 0; i < buffer.size(); i += size) std::memcpy(&buffer[i], column.fill.data(), size);
  for (std::uint64_t done = 0; done < total; done += buffer.size())
    write_at(descriptor, std::span(buffer).first(std::min<std::uint64_t>(buffer.size(), total - done)),
             column.offset + done);
}

template <class Number>
void put(std::span<std::byte> bytes, Number number) {
  std::memcpy(bytes.data(), &number, sizeof number);
}

std::size_t parameter_index(const sweep::Grid& grid, const std::string& key) {
  const auto& declared = grid.vocabulary()->parameters;
  const auto found =
      std::find_if(declared.begin(), declared.end(), [&](const auto& p) { return p.key == key; });
  return static_cast<std::size_t>(found - declared.begin());
}

void write_points(int descriptor, const Layout& layout, std::span<const Axis> axes, const sweep::Grid& grid) {
  const auto write = [&](const Column& column, const RowBytes& bytes) {
    write_rows(descriptor, column.offset, layout.points, column.row_bytes(), bytes);
  };
  write(layout.id(), [&](std::size_t row, std::span<std::byte> bytes) { put(bytes, grid.id(row)); });
  for (std::size_t a = 0; a < axes.size(); ++a) {
    const std::size_t parameter = parameter_index(grid, axes[a].key);
    write(layout.columns[a + 1], [&](std::size_t row, std::span<std::byte> bytes) {
      encode_value(axes[a], grid.value(row, parameter), bytes);
    });
  }
}

void write_weight_table(int descriptor, const Layout& layout, const std::vector<std::uint32_t>& counts) {
  std::uint64_t next = 0;
  write_rows(descriptor, layout.weight_offset().offset, layout.points, sizeof next,
             [&](std::size_t row, std::span<std::byte> bytes) {
               put(bytes, next);
               next += counts[row];
             });
  write_rows(descriptor, layout.weight_count().offset, layout.points, sizeof(std::uint32_t),
             [&](std::size_t row, std::span<std::byte> bytes) { put(bytes, counts[row]); });
}

Layout layout_for(const Schema& schema, std::span<const Axis> axes, const sweep::Grid& grid) {
  if (schema.weight_counts.size() != grid.size())
    throw std::invalid_argument("a schema needs a number of weights for every point");
  const auto total =
      std::accumulate(schema.weight_counts.begin(), schema.weight_counts.end(), std::uint64_t{0});
  return make_layout(schema, axes, grid.size(), total);
}

std::uint64_t user_block_of(const Layout& layout) {
  return user_block_bytes(layout.written().size());
}

/// Structure and static columns are there twice: in their places and in the copy of the frame.
std::uint64_t bytes_of(const Layout& layout) {
  std::uint64_t bytes = 2 * (user_block_of(layout) + structure_bytes(layout)) + trailer_bytes;
  for (const Column* column : layout.datasets()) bytes += layout.total_bytes(*column);
  for (std::size_t c = 0; c < layout.statics; ++c) bytes += layout.total_bytes(layout.columns[c]);
  return bytes;
}

/// The frame around the columns that are written later; the HDF5 part is the whole file so far.
Frame frame_of(int descriptor, const Layout& layout, const std::string& target) {
  std::vector<Extent> data;
  for (const Column* column : layout.written()) data.push_back({column->offset, layout.total_bytes(*column)});
  return {user_block_of(layout), length_of_file(descriptor, target), coalesced(std::move(data))};
}

}  // namespace

std::uint64_t store_bytes(const Schema& schema, const sweep::Grid& grid) {
  return bytes_of(layout_for(schema, axes_of(grid), grid));
}

void build(TemporaryFile& file, const std::string& target, const Schema& schema, const sweep::Grid& grid,
           const Metadata& metadata) {
  const std::vector<Axis> axes = axes_of(grid);
  Layout layout = layout_for(schema, axes, grid);
  try {
    write_structure(file.path(), layout, schema, axes, metadata, user_block_of(layout));
    const Frame frame = frame_of(file.descriptor(), layout, target);
    if (frame.copy_bytes() > greatest_frame) throw std::runtime_error("its points take too much space");
    write_points(file.descriptor(), layout, axes, grid);
    write_weight_table(file.descriptor(), layout, schema.weight_counts);
    for (const Column* column : layout.written()) write_fill(file.descriptor(), layout, *column);
    seal(file.descriptor(), frame);
  } catch (const std::runtime_error& error) {
    throw InputError(target, std::string("cannot be written: ") + error.what());
  }
}

void create(const std::string& path, const Schema& schema, const sweep::Grid& grid,
            const Metadata& metadata) {
  if (std::filesystem::exists(std::filesystem::symlink_status(path)))
    throw InputError(path, "exists already");
  if (grid.size() == 0) throw InputError(path, "a store needs at least one point");
  TemporaryFile file(path, store_bytes(schema, grid));
  build(file, path, schema, grid, metadata);
  file.publish();
}

}  // namespace flowsweep::store

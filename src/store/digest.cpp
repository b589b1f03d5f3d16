#include "store/digest.hpp"

#include <algorithm>
#include <cstring>

#include "core/hash.hpp"

namespace flowsweep::store {
namespace {

class RowHash {
 public:
  explicit RowHash(const Layout& layout) : layout_(layout) {
    for (const Column& column : layout.columns) paths_.push_back(hash_text(column.path));
    weights_path_ = hash_text(layout.weights.path);
  }

  std::uint64_t operator()(const RowView& view) {
    text_.clear();
    std::span<const std::byte> rest = view.image;
    for (std::size_t c = 0; c < layout_.columns.size(); ++c) {
      const Column& column = layout_.columns[c];
      if (column.in_digest) add(paths_[c], used(column, rest.first(column.row_bytes())));
      rest = rest.subspan(column.row_bytes());
    }
    add(weights_path_, rest);
    return hash_bytes(text_, view.id);
  }

 private:
  static std::span<const std::byte> used(const Column& column, std::span<const std::byte> bytes) {
    const std::size_t size = size_of(column.element);
    while (!bytes.empty() && std::memcmp(bytes.last(size).data(), column.fill.data(), size) == 0)
      bytes = bytes.first(bytes.size() - size);
    return bytes;
  }

  void add(std::uint64_t path, std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    const std::uint64_t length = bytes.size();
    append(std::as_bytes(std::span(&path, 1)));
    append(std::as_bytes(std::span(&length, 1)));
    append(bytes);
  }

  void append(std::span<const std::byte> bytes) { text_.insert(text_.end(), bytes.begin(), bytes.end()); }

  const Layout& layout_;
  std::vector<std::uint64_t> paths_;
  std::uint64_t weights_path_ = 0;
  std::vector<std::byte> text_;
};

/// Timed-out and set-aside rows depend on the machine's mood, not on the sweep.
bool counts(const Reader::RowDigest& row) {
  return row.state == Reader::RowState::committed && row.status != record::Status::timed_out &&
         row.status != record::Status::set_aside;
}

}  // namespace

std::vector<Reader::RowDigest> row_digests_of(const StoredFile& stored) {
  RowHash hash(stored.layout);
  std::vector<Reader::RowDigest> rows;
  rows.reserve(stored.layout.points);
  visit_rows(stored, 0, stored.layout.points, [&](const RowView& view) {
    Reader::RowDigest& row = rows.emplace_back();
    row.id = view.id;
    row.state = view.state();
    if (row.state != Reader::RowState::committed) return;
    row.status = static_cast<record::Status>(view.image[stored.layout.static_bytes()]);
    row.hash = hash(view);
  });
  return rows;
}

std::uint64_t digest_of(std::span<const Reader::RowDigest> rows) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> counted;
  for (const Reader::RowDigest& row : rows)
    if (counts(row)) counted.emplace_back(row.id, row.hash);
  std::sort(counted.begin(), counted.end());
  std::vector<std::uint64_t> flat;
  for (const auto& [id, hash] : counted) flat.insert(flat.end(), {id, hash});
  return hash_bytes(std::as_bytes(std::span(flat)));
}

}  // namespace flowsweep::store

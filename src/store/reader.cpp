#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "store/digest.hpp"
#include "store/row_blocks.hpp"
#include "store/row_image.hpp"
#include "store/stored_file.hpp"

namespace flowsweep::store {

struct Reader::State {
  std::string path;
  StoredFile file;
  std::vector<std::uint64_t> ids;
  std::vector<std::pair<std::uint64_t, std::size_t>> rows_by_id;  ///< sorted

  void check(std::size_t row) const {
    if (row >= ids.size()) throw std::out_of_range(path + " has no row " + std::to_string(row));
  }
};

namespace {

/// Points whose parameters are read at once.
constexpr std::size_t rows_at_once = 1024;

/// Where a store's axes belong in the order of a vocabulary; axes unknown to it are left out.
class AxisPlaces {
 public:
  AxisPlaces(const StoredFile& file, const sweep::Vocabulary& vocabulary)
      : file_(file), places_(file.axes.size()), size_(vocabulary.parameters.size()) {
    for (std::size_t a = 0; a < places_.size(); ++a) places_[a] = place(vocabulary, file.axes[a].key);
  }

  /// Of a row's image.
  std::vector<sweep::Value> decode(std::span<const std::byte> image) const {
    std::vector<sweep::Value> values(size_);
    std::size_t start = file_.layout.id().row_bytes();
    for (std::size_t a = 0; a < places_.size(); ++a) {
      const std::size_t bytes = column(a).row_bytes();
      if (places_[a] < size_) values[places_[a]] = decode_value(file_.axes[a], image.subspan(start, bytes));
      start += bytes;
    }
    return values;
  }

  /// Fills in one axis of the rows from `first` on.
  void read(std::size_t axis, std::size_t first, std::span<std::vector<sweep::Value>> points) const {
    if (places_[axis] == size_) return;
    const std::size_t bytes = column(axis).row_bytes();
    std::vector<std::byte> cells(points.size() * bytes);
    read_at(file_.descriptor, cells, column(axis).offset + first * bytes);
    for (std::size_t i = 0; i < points.size(); ++i)
      points[i][places_[axis]] = decode_value(file_.axes[axis], std::span(cells).subspan(i * bytes, bytes));
  }

 private:
  const Column& column(std::size_t axis) const { return file_.layout.columns[axis + 1]; }  // after the id

  static std::size_t place(const sweep::Vocabulary& vocabulary, const std::string& key) {
    const auto found = std::ranges::find(vocabulary.parameters, key, &sweep::ParameterDeclaration::key);
    return static_cast<std::size_t>(found - vocabulary.parameters.begin());
  }

  const StoredFile& file_;
  std::vector<std::size_t> places_;  ///< [axis] index in the vocabulary; its size where it has none
  std::size_t size_;
};

/// Makes a Reader::Row of a row as it lies in the file.
class RowDecoder {
 public:
  RowDecoder(const StoredFile& file, const sweep::Vocabulary& vocabulary)
      : file_(file), places_(file, vocabulary) {}

  Reader::Row decode(const RowView& view) const {
    Reader::Row row;
    row.row = view.row;
    row.id = view.id;
    row.state = view.state();
    if (row.state != Reader::RowState::damaged) row.parameters = places_.decode(view.image);
    if (row.state == Reader::RowState::committed)
      row.run = decode_run(file_.schema, view.weights, view.image.subspan(file_.layout.static_bytes()));
    return row;
  }

 private:
  const StoredFile& file_;
  AxisPlaces places_;
};

}  // namespace

Reader::Reader(const std::string& path) : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.path = path;
  s.file = open_stored(path, O_RDONLY);
  const Layout& layout = s.file.layout;
  s.ids = read_column<std::uint64_t>(s.file, layout.id(), 0, layout.points);
  s.file.schema.weight_counts = read_column<std::uint32_t>(s.file, layout.weight_count(), 0, layout.points);
  for (std::size_t row = 0; row < s.ids.size(); ++row) s.rows_by_id.emplace_back(s.ids[row], row);
  std::sort(s.rows_by_id.begin(), s.rows_by_id.end());
}

Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;

const Schema& Reader::schema() const {
  return state_->file.schema;
}
const Metadata& Reader::metadata() const {
  return state_->file.metadata;
}
std::size_t Reader::size() const {
  return state_->ids.size();
}
std::span<const std::uint64_t> Reader::ids() const {
  return state_->ids;
}

std::optional<std::size_t> Reader::find(std::uint64_t id) const {
  const auto& rows = state_->rows_by_id;
  const auto found = std::lower_bound(rows.begin(), rows.end(), std::pair{id, std::size_t{0}});
  if (found == rows.end() || found->first != id) return std::nullopt;
  return found->second;
}

std::vector<Reader::RowState> Reader::row_states() {
  std::vector<RowState> states(size());
  visit_rows(state_->file, 0, size(), [&](const RowView& view) { states[view.row] = view.state(); });
  return states;
}

std::vector<record::Status> Reader::statuses() {
  const Layout& layout = state_->file.layout;
  const auto marks = read_column<std::uint8_t>(state_->file, layout.committed, 0, size());
  const auto codes = read_column<std::int8_t>(state_->file, layout.status(), 0, size());
  std::vector<record::Status> statuses(size(), record::Status::not_run);
  for (std::size_t row = 0; row < size(); ++row)
    if (marks[row] == 1 && codes[row] >= 0 && codes[row] < std::ssize(record::status_names))
      statuses[row] = static_cast<record::Status>(codes[row]);
  return statuses;
}

std::vector<std::string> Reader::hosts() {
  const StoredFile& file = state_->file;
  const Column& column = file.layout.host();
  const auto marks = read_column<std::uint8_t>(file, file.layout.committed, 0, size());
  std::set<std::string> hosts;
  std::array<char, host_bytes> text{};
  for (std::size_t row = 0; row < size(); ++row) {
    if (marks[row] != 1) continue;
    read_at(file.descriptor, std::as_writable_bytes(std::span(text)), column.offset + row * text.size());
    hosts.emplace(text.data(), ::strnlen(text.data(), text.size()));
  }
  return {hosts.begin(), hosts.end()};
}

record::RunRecord Reader::read(std::size_t row) {
  state_->check(row);
  const StoredFile& file = state_->file;
  record::RunRecord run;
  visit_rows(file, row, 1, [&](const RowView& view) {
    if (!view.intact)
      throw std::runtime_error(state_->path + ": point " + to_hex(view.id) +
                               (view.marked ? " is damaged" : " has not been run"));
    run = decode_run(file.schema, view.weights, view.image.subspan(file.layout.static_bytes()));
  });
  return run;
}

std::vector<sweep::Value> Reader::parameters(std::size_t row, const sweep::Vocabulary& vocabulary) {
  state_->check(row);
  const StoredFile& file = state_->file;
  std::map<std::string, sweep::Value> stored;
  for (std::size_t a = 0; a < file.axes.size(); ++a) {
    const Column& column = file.layout.columns[a + 1];  // after the id
    std::vector<std::byte> bytes(column.row_bytes());
    read_at(file.descriptor, bytes, column.offset + row * bytes.size());
    stored[file.axes[a].key] = decode_value(file.axes[a], bytes);
  }
  std::vector<sweep::Value> values;
  for (const sweep::ParameterDeclaration& declaration : vocabulary.parameters)
    values.push_back(stored[declaration.key]);
  return values;
}

void Reader::visit(const sweep::Vocabulary& vocabulary, std::span<const std::size_t> rows,
                   const std::function<void(const Row&)>& visit) {
  const RowDecoder decoder(state_->file, vocabulary);
  for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
    state_->check(rows[begin]);
    end = begin + 1;
    while (end < rows.size() && rows[end] == rows[end - 1] + 1) ++end;
    state_->check(rows[end - 1]);
    visit_rows(state_->file, rows[begin], end - begin,
               [&](const RowView& view) { visit(decoder.decode(view)); });
  }
}

void Reader::visit_points(
    const sweep::Vocabulary& vocabulary,
    const std::function<void(std::size_t row, std::span<const sweep::Value> values)>& visit) {
  const StoredFile& file = state_->file;
  const AxisPlaces places(file, vocabulary);
  for (std::size_t first = 0; first < size(); first += rows_at_once) {
    const std::size_t count = std::min(rows_at_once, size() - first);
    std::vector<std::vector<sweep::Value>> points(count,
                                                  std::vector<sweep::Value>(vocabulary.parameters.size()));
    for (std::size_t a = 0; a < file.axes.size(); ++a) places.read(a, first, points);
    for (std::size_t i = 0; i < count; ++i) visit(first + i, points[i]);
  }
}

std::vector<Reader::RowDigest> Reader::row_digests() {
  return row_digests_of(state_->file);
}

std::uint64_t Reader::digest() {
  return digest_of(row_digests_of(state_->file));
}

}  // namespace flowsweep::store

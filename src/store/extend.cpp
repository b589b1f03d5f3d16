#include <algorithm>
#include <stdexcept>

#include "core/error.hpp"
#include "store/create.hpp"
#include "store/store.hpp"
#include "store/translation.hpp"

namespace flowsweep::store {
namespace {

constexpr std::size_t absent = static_cast<std::size_t>(-1);

/// The new grid's row of each intact row of the store; `absent` for rows without a run.
std::vector<std::size_t> destinations(Reader& store, const sweep::Grid& grid, const std::string& path) {
  std::vector<std::pair<std::uint64_t, std::size_t>> rows;
  for (std::size_t row = 0; row < grid.size(); ++row) rows.emplace_back(grid.id(row), row);
  std::sort(rows.begin(), rows.end());
  const std::vector<Reader::RowState> states = store.row_states();
  std::vector<std::size_t> to(store.size(), absent);
  std::size_t lost = 0;
  for (std::size_t row = 0; row < store.size(); ++row) {
    if (states[row] != Reader::RowState::committed) continue;
    const auto found =
        std::lower_bound(rows.begin(), rows.end(), std::pair{store.ids()[row], std::size_t{0}});
    if (found == rows.end() || found->first != store.ids()[row])
      ++lost;
    else
      to[row] = found->second;
  }
  if (lost > 0)
    throw InputError(path, "holds " + std::to_string(lost) + " finished points that the sweep does not have");
  return to;
}

Extension copy_rows(Reader& from, const std::vector<std::size_t>& to, const Translation& translation,
                    RowWriter& writer, const Rejudge& rejudge) {
  Extension extension;
  extension.lacking = translation.lacking();
  for (std::size_t row = 0; row < to.size(); ++row) {
    if (to[row] == absent) continue;
    record::RunRecord run = translation(from.read(row));
    if (!extension.lacking.empty() && rejudge) rejudge(to[row], run, extension.lacking);
    writer.commit(to[row], run);
    ++extension.copied;
  }
  return extension;
}

}  // namespace

Extension extend(const std::string& path, const Schema& schema, const sweep::Grid& grid,
                 const Metadata& metadata, const Rejudge& rejudge) {
  const std::string target = resolved(path);
  Reader store(target);
  if (schema.records < store.schema().records)
    throw InputError(path, "stores " + std::to_string(store.schema().records) +
                               " records a point; the sweep has " + std::to_string(schema.records));
  const std::vector<std::size_t> to = destinations(store, grid, path);
  TemporaryFile file(target, store_bytes(schema, grid));
  build(file, path, schema, grid, metadata);
  RowWriter writer(file.path());
  const Extension extension = copy_rows(store, to, Translation(store.schema(), schema), writer, rejudge);
  file.publish();
  return extension;
}

}  // namespace flowsweep::store

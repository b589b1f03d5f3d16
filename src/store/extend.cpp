#include <algorithm>
#include <limits>
#include <stdexcept>

#include "core/error.hpp"
#include "store/create.hpp"
#include "store/store.hpp"

namespace flowsweep::store {
namespace {

constexpr std::size_t absent = static_cast<std::size_t>(-1);

template <class Items>
std::size_t index_of(const Items& items, const std::string& name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.name == name; });
  return found == items.end() ? absent : static_cast<std::size_t>(found - items.begin());
}

bool same_columns(const TheoremColumns& a, const TheoremColumns& b) {
  const auto same_name = [](const record::Quantity& x, const record::Quantity& y) {
    return x.name == y.name;
  };
  return a.hypotheses == b.hypotheses && a.conclusions == b.conclusions &&
         std::equal(a.measurements.begin(), a.measurements.end(), b.measurements.begin(),
                    b.measurements.end(), same_name);
}

/// Carries a run from one schema to another by the names of observables and theorems.
class Translation {
 public:
  Translation(const Schema& from, const Schema& to) : from_observables_(from.observables.size()) {
    for (const record::Quantity& q : to.observables)
      observables_.push_back(index_of(from.observables, q.name));
    for (std::size_t t = 0; t < to.theorems.size(); ++t) {
      const std::size_t old = index_of(from.theorems, to.theorems[t].name);
      const bool kept = old != absent && same_columns(from.theorems[old], to.theorems[t]);
      theorems_.push_back(kept ? old : absent);
      if (!kept) lacking_.push_back(t);
    }
    for (const TheoremColumns& theorem : to.theorems)
      blank_measurements_.emplace_back(theorem.measurements.size(), nan_);
  }

  /// Theorems of the new schema for which the old rows hold nothing.
  const std::vector<std::size_t>& lacking() const { return lacking_; }

  record::RunRecord operator()(record::RunRecord run) const {
    run.finals = picked(run.finals, 1);
    run.trajectory.values = picked(run.trajectory.values, run.trajectory.flow_time.size());
    std::vector<std::vector<double>> measurements = blank_measurements_;
    std::vector<record::Verdict> verdicts(theorems_.size(),
                                          {record::VerdictKind::failed, nan_, nan_, nan_, nan_, {}, {}});
    for (std::size_t t = 0; t < theorems_.size(); ++t) {
      if (theorems_[t] == absent) continue;
      measurements[t] = run.measurements[theorems_[t]];
      verdicts[t] = run.verdicts[theorems_[t]];
    }
    run.measurements = std::move(measurements);
    run.verdicts = std::move(verdicts);
    return run;
  }

 private:
  static constexpr double nan_ = std::numeric_limits<double>::quiet_NaN();

  /// Rows of observables in the new order; NaN for new ones.
  std::vector<double> picked(const std::vector<double>& old, std::size_t rows) const {
    std::vector<double> values;
    for (std::size_t r = 0; r < rows; ++r)
      for (const std::size_t o : observables_)
        values.push_back(o == absent ? nan_ : old[r * from_observables_ + o]);
    return values;
  }

  std::size_t from_observables_;
  std::vector<std::size_t> observables_, theorems_, lacking_;
  std::vector<std::vector<double>> blank_measurements_;
};

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

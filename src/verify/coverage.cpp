#include "verify/coverage.hpp"

#include <numeric>

#include "core/error.hpp"
#include "store/point_text.hpp"

namespace flowsweep::verify {
namespace {

using record::VerdictKind;

void read_declared_grid(const store::Metadata& metadata,
                        const std::shared_ptr<const sweep::Vocabulary>& vocabulary, Coverage& coverage) {
  try {
    const sweep::Sweep sweep = sweep::parse_sweep(metadata.sweep_text, "sweep file", {}, vocabulary);
    coverage.declared = {sweep.grid.size(), sweep.grid.duplicates, sweep.grid.excluded, sweep.grid.hash(),
                         sweep.exclusions};
  } catch (const InputError& error) {
    coverage.obstacle = metadata.merged_from.empty() ? error.what() : "the store unites different sweeps";
  }
}

}  // namespace

std::size_t ValueCoverage::judged(std::size_t tally) const {
  return std::accumulate(verdicts[tally].begin(), verdicts[tally].end(), std::size_t{0});
}

bool ValueCoverage::vacuous(std::size_t tally) const {
  const std::size_t unmet = verdicts[tally][static_cast<std::size_t>(VerdictKind::hypothesis_unmet)];
  return unmet > 0 && unmet == judged(tally);
}

Census::Census(std::shared_ptr<const sweep::Vocabulary> vocabulary, std::size_t tallies)
    : vocabulary_(std::move(vocabulary)), tallies_(tallies), columns_(vocabulary_->parameters.size()) {}

void Census::add(const store::Reader::Row& row) {
  if (row.state == store::Reader::RowState::damaged) return;  // its parameters are not known
  ++coverage_.statuses[static_cast<std::size_t>(row.run.status)];
  for (std::size_t p = 0; p < columns_.size(); ++p) {
    place(p, row.parameters[p]);
    if (columns_[p].present != none) ++columns_[p].values[columns_[p].present].points;
  }
}

// Neighbouring points share most of their values: the text is made only where one changes.
void Census::place(std::size_t parameter, const sweep::Value& value) {
  Column& column = columns_[parameter];
  if (value == column.last_value) return;
  column.last_value = value;
  column.present = none;
  const std::string text = store::value_text(vocabulary_->parameters[parameter], value);
  if (text.empty()) return;
  const auto [found, added] = column.places.emplace(text, column.values.size());
  if (added) column.values.push_back({text, 0, std::vector<VerdictCounts>(tallies_)});
  column.present = found->second;
}

void Census::add(std::size_t tally, VerdictKind verdict) {
  for (Column& column : columns_)
    if (column.present != none)
      ++column.values[column.present].verdicts[tally][static_cast<std::size_t>(verdict)];
}

Coverage Census::finish(const store::Reader& reader) && {
  coverage_.points = reader.size();
  coverage_.grid_hash = sweep::grid_hash({reader.ids().begin(), reader.ids().end()});
  read_declared_grid(reader.metadata(), vocabulary_, coverage_);
  for (std::size_t p = 0; p < columns_.size(); ++p)
    if (columns_[p].values.size() > 1)
      coverage_.axes.push_back({vocabulary_->parameters[p].key, std::move(columns_[p].values)});
  return std::move(coverage_);
}

}  // namespace flowsweep::verify

#include "store/merge.hpp"

#include <algorithm>
#include <filesystem>
#include <unordered_set>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "store/create.hpp"
#include "store/row_image.hpp"
#include "store/row_subset.hpp"
#include "sweep/point_list.hpp"
#include "sweep/table.hpp"

namespace flowsweep::store {
namespace {

namespace fs = std::filesystem;

void refuse_existing(const std::string& path, const std::vector<MergeSource>& sources) {
  if (!fs::exists(fs::symlink_status(path))) return;
  std::error_code ignored;
  for (const MergeSource& source : sources)
    if (fs::equivalent(path, source.path, ignored))
      throw InputError(path, "is the input " + source.path + "; a merge makes a new store");
  throw InputError(path, "exists already; a merge makes a new store");
}

std::string conflict_path(const std::string& output, std::size_t source) {
  return output + ".conflicts-" + std::to_string(source + 1) + ".h5";
}

std::size_t damaged_rows(const std::vector<MergeSource>& sources) {
  std::size_t damaged = 0;
  for (const MergeSource& source : sources)
    damaged += static_cast<std::size_t>(
        std::ranges::count(source.rows, Reader::RowState::damaged, &Reader::RowDigest::state));
  return damaged;
}

/// Points in the order of the sweep that all sources are shares of, as far as they hold them; nothing if
/// there is no such sweep or this program does not read it.
void add_in_sweep_order(sweep::PointList& points, const std::vector<MergeSource>& sources,
                        const std::shared_ptr<const sweep::Vocabulary>& vocabulary) {
  const std::string text = common_sweep_text(sources);
  if (text.empty()) return;
  std::unordered_set<std::uint64_t> held;
  for (const MergeSource& source : sources)
    held.insert(source.reader.ids().begin(), source.reader.ids().end());
  try {
    const sweep::Grid grid = sweep::parse_sweep(text, "the stored sweep file", {}, vocabulary).grid;
    for (std::size_t row = 0; row < grid.size(); ++row)
      if (held.contains(grid.id(row))) points.add(grid.point(row).values());
  } catch (const InputError&) {
    return;
  }
}

/// Paths of the columns of the digest in which two runs of a schema differ.
std::vector<std::string> differing_columns(const Schema& schema, const record::RunRecord& a,
                                           const record::RunRecord& b) {
  const Layout layout = make_layout(schema, {}, 1, a.weights.size());
  const std::size_t statics = layout.static_bytes();
  const std::size_t weights = a.weights.size();
  if (weights != b.weights.size()) return {layout.weights.path};
  std::vector<std::byte> left(layout.fixed_bytes() - statics + weights * sizeof(double)), right(left.size());
  encode_run(schema, a, weights, left);
  encode_run(schema, b, weights, right);
  std::vector<std::string> paths;
  std::size_t at = 0;
  const auto compare = [&](const Column& column, std::size_t bytes) {
    if (column.in_digest && !std::equal(left.begin() + static_cast<std::ptrdiff_t>(at),
                                        left.begin() + static_cast<std::ptrdiff_t>(at + bytes),
                                        right.begin() + static_cast<std::ptrdiff_t>(at)))
      paths.push_back(column.path);
    at += bytes;
  };
  for (std::size_t c = layout.statics; c < layout.columns.size(); ++c)
    compare(layout.columns[c], layout.columns[c].row_bytes());
  compare(layout.weights, weights * sizeof(double));
  return paths;
}

}  // namespace

Merge::Merge(const std::vector<std::string>& inputs, std::shared_ptr<const sweep::Vocabulary> vocabulary,
             const Schema& known) {
  for (const std::string& path : inputs) sources_.push_back(open_merge_source(path));
  for (const MergeSource& source : sources_)
    sweep::load_tables(source.reader.metadata().sweep_text, source.path, *vocabulary);
  schema_ = united_schema(sources_, known);
  for (const MergeSource& source : sources_) translations_.emplace_back(source.reader.schema(), schema_);
  unite_points(vocabulary);
  unite_weight_counts();
}

void Merge::unite_points(const std::shared_ptr<const sweep::Vocabulary>& vocabulary) {
  sweep::PointList points(vocabulary);
  add_in_sweep_order(points, sources_, vocabulary);
  for (MergeSource& source : sources_)
    source.reader.visit_points(*vocabulary, [&](std::size_t row, std::span<const sweep::Value> values) {
      const std::size_t point = points.add(values);
      const std::uint64_t id = source.reader.ids()[row];
      if (points.id(point) != id)
        throw InputError(source.path, "stores under the id " + to_hex(id) + " the parameters of point " +
                                          to_hex(points.id(point)) +
                                          "; another program made it, or it is damaged");
      source.to.push_back(point);
    });
  grid_ = std::move(points).finish();
}

void Merge::unite_weight_counts() {
  std::vector<std::int64_t> counts(grid_.size(), -1);
  for (const MergeSource& source : sources_)
    for (std::size_t row = 0; row < source.to.size(); ++row) {
      std::int64_t& count = counts[source.to[row]];
      const std::int64_t stored = source.reader.schema().weight_counts[row];
      if (count >= 0 && count != stored)
        throw InputError(source.path, "has another number of weights for point " +
                                          to_hex(source.reader.ids()[row]) + " than an earlier input");
      count = stored;
    }
  schema_.weight_counts.assign(counts.begin(), counts.end());
}

record::RunRecord Merge::translated(std::size_t source, std::size_t point, record::RunRecord run,
                                    const Rejudge& rejudge) const {
  run = translations_[source](std::move(run));
  if (const auto& lacking = translations_[source].lacking(); !lacking.empty()) rejudge(point, run, lacking);
  return run;
}

std::vector<std::string> Merge::differences(const Question& question, SourceRow kept, const Rejudge& rejudge,
                                            const Disagreements& disagreements) {
  const auto run = [&](SourceRow place) {
    return translated(place.source, question.point, sources_[place.source].reader.read(place.row), rejudge);
  };
  const record::RunRecord left = run(kept), right = run(question.other);
  if (sources_[kept.source].instruction_set == sources_[question.other.source].instruction_set)
    return differing_columns(schema_, left, right);
  return disagreements(grid_.point(question.point), left, right);
}

/// Rows that contradict the kept ones.
std::vector<SourceRow> Merge::settle(const MergeChoice& choice, MergeResult& result, const Rejudge& rejudge,
                                     const Disagreements& disagreements) {
  std::vector<SourceRow> contradicting;
  for (const Question& question : choice.questions) {
    const SourceRow kept = choice.kept[question.point];
    std::vector<std::string> columns = differences(question, kept, rejudge, disagreements);
    const bool same_set =
        sources_[kept.source].instruction_set == sources_[question.other.source].instruction_set;
    if (columns.empty()) {
      ++(same_set ? result.repeated : result.replicates);
      continue;
    }
    contradicting.push_back(question.other);
    result.conflicts.push_back(
        {grid_.id(question.point), kept.source, question.other.source, std::move(columns)});
  }
  return contradicting;
}

void Merge::copy(std::size_t source, const MergeChoice& choice, RowWriter& writer, MergeResult& result,
                 const Rejudge& rejudge) {
  MergeSource& from = sources_[source];
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < from.to.size(); ++row) {
    const SourceRow kept = choice.kept[from.to[row]];
    if (kept.source == source && kept.row == row) rows.push_back(row);
  }
  const bool judges = !translations_[source].lacking().empty();
  from.reader.visit(*grid_.vocabulary(), rows, [&](const Reader::Row& row) {
    // A job that writes the input may have opened the row again since it was chosen.
    if (row.state != Reader::RowState::committed) return;
    const std::size_t point = from.to[row.row];
    writer.commit(point, translated(source, point, row.run, rejudge));
    ++result.committed;
    result.judged += judges;
  });
}

std::vector<Merge::Conflicting> Merge::build_conflicts(const std::string& output,
                                                       const std::vector<SourceRow>& contradicting) {
  std::vector<Conflicting> stores;
  for (std::size_t source = 0; source < sources_.size(); ++source) {
    std::vector<std::size_t> rows;
    for (const SourceRow& place : contradicting)
      if (place.source == source) rows.push_back(place.row);
    if (rows.empty()) continue;
    const std::string path = conflict_path(output, source);
    refuse_existing(path, sources_);
    stores.push_back({path, build_subset(path, sources_[source].reader, rows, grid_.vocabulary())});
  }
  return stores;
}

void Merge::check_target(const std::string& output) const {
  refuse_existing(output, sources_);
}

MergeResult Merge::write(const std::string& output, const std::string& command_line, const Rejudge& rejudge,
                         const Disagreements& disagreements) {
  refuse_existing(output, sources_);
  const MergeChoice choice = choose_rows(sources_, grid_.size());
  MergeResult result;
  result.repeated = choice.repeated;
  result.beaten = choice.beaten;
  result.damaged = damaged_rows(sources_);
  const std::vector<SourceRow> contradicting = settle(choice, result, rejudge, disagreements);
  TemporaryFile file(output, bytes());
  build(file, output, schema_, grid_, united_metadata(sources_, command_line));
  RowWriter writer(file.path());
  for (std::size_t source = 0; source < sources_.size(); ++source)
    copy(source, choice, writer, result, rejudge);
  // The union comes last: where it stands, what contradicts it stands too.
  for (const Conflicting& store : build_conflicts(output, contradicting)) {
    store.file->publish();
    result.conflict_stores.push_back(store.path);
  }
  file.publish();
  return result;
}

}  // namespace flowsweep::store

#include "cli/run_summary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "cli/progress.hpp"
#include "core/counted.hpp"
#include "core/hash.hpp"
#include "store/point_text.hpp"
#include "theory/margin.hpp"

namespace flowsweep::cli {
namespace {

using record::VerdictKind;

void add(VerdictCount& count, const record::Verdict& verdict, std::uint64_t id) {
  ++count.kinds[static_cast<std::size_t>(verdict.kind)];
  if (verdict.kind != VerdictKind::holds && verdict.kind != VerdictKind::violated) return;
  if (count.worst_id && !theory::worse(verdict.margin, count.worst_margin)) return;
  count.worst_margin = verdict.margin;
  count.worst_id = id;
}

std::string table_line(const VerdictCount& count, std::size_t width) {
  std::string line = fmt::format("  {:<{}}", count.theorem, width);
  for (std::size_t kind = 0; kind < count.kinds.size(); ++kind)
    line += fmt::format("  {:>{}}", count.kinds[kind], record::verdict_names[kind].size());
  return line + (count.worst_id
                     ? fmt::format("  {:>12.4g} at {}\n", count.worst_margin, to_hex(*count.worst_id))
                     : fmt::format("  {:>12}\n", "-"));
}

std::string table(const std::vector<VerdictCount>& theorems) {
  std::size_t width = 7;
  for (const VerdictCount& count : theorems) width = std::max(width, count.theorem.size());
  std::string text = fmt::format("  {:<{}}", "theorem", width);
  for (const std::string_view kind : record::verdict_names) text += fmt::format("  {}", kind);
  text += "  worst margin\n";
  for (const VerdictCount& count : theorems) text += table_line(count, width);
  return text;
}

std::size_t violations(const VerdictCount& count) {
  return count.kinds[static_cast<std::size_t>(VerdictKind::violated)];
}

// A violated conclusion has a negative margin: where there is one, the worst point violates the theorem.
void name_violation(VerdictCount& count, store::Reader& reader, const sweep::Vocabulary& vocabulary) {
  if (violations(count) == 0 || !count.worst_id) return;
  if (const auto row = reader.find(*count.worst_id))
    count.worst_in_words = store::in_words(vocabulary, reader.parameters(*row, vocabulary));
}

std::string times_line(const PredictionCheck& times) {
  const std::string text = times.in_words();
  return text.empty() ? "" : fmt::format("  {}\n", text);
}

std::string worst_violations(const std::vector<VerdictCount>& theorems) {
  std::string text;
  for (const VerdictCount& count : theorems)
    if (violations(count) > 0 && count.worst_id)
      text += fmt::format("  {} is violated worst at {}: {}\n", count.theorem, to_hex(*count.worst_id),
                          count.worst_in_words);
  return text.empty() ? "" : text + "\n";
}

}  // namespace

StoreCount count_statuses(store::Reader& reader) {
  StoreCount count;
  count.points = reader.size();
  for (const record::Status status : reader.statuses()) ++count.statuses[static_cast<std::size_t>(status)];
  return count;
}

StoreCount count_rows(store::Reader& reader, const std::shared_ptr<const sweep::Vocabulary>& vocabulary) {
  StoreCount count = count_statuses(reader);
  std::vector<const theory::Theorem*> known;
  for (const store::TheoremColumns& theorem : reader.schema().theorems) {
    count.theorems.push_back({theorem.name, {}, 0, {}, {}});
    if (const auto* found = theory::find_theorem(theorem.name)) known.push_back(found);
  }
  std::vector<std::size_t> rows(reader.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  reader.visit(*vocabulary, rows, [&](const store::Reader::Row& row) {
    for (std::size_t t = 0; t < row.run.verdicts.size(); ++t)
      add(count.theorems[t], row.run.verdicts[t], row.id);
    if (row.state == store::Reader::RowState::committed)
      count.times.add(sweep::Point(vocabulary, row.parameters, row.id), row.run, known);
  });
  for (VerdictCount& theorem : count.theorems) name_violation(theorem, reader, *vocabulary);
  return count;
}

std::string status_counts(const StoreCount& count) {
  std::vector<std::string> parts;
  for (std::size_t status = 1; status < count.statuses.size(); ++status)
    if (count.statuses[status] > 0)
      parts.push_back(fmt::format("{} {}", count.statuses[status], record::status_names[status]));
  return parts.empty() ? "none yet" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string run_summary(const StoreCount& count, const RunFacts& facts) {
  const double rate = facts.run_seconds > 0 ? static_cast<double>(facts.done) / facts.run_seconds : 0;
  return fmt::format(
      "\n"
      "  {}: {}\n"
      "\n"
      "{}\n"
      "{}"
      "  {} run in {} on {} ({}), {:.4g} points/s; {} in all\n"
      "{}"
      "  store {}\n"
      "{}",
      counted_rows(count.committed(), count.points), status_counts(count), table(count.theorems),
      worst_violations(count.theorems), counted(facts.done, "point"), duration_text(facts.run_seconds),
      counted(static_cast<std::size_t>(facts.ranks), "rank"), facts.instruction_set, rate,
      duration_text(facts.seconds), times_line(count.times), facts.store,
      facts.stopped ? "" : fmt::format("  next: flowsweep verify {}\n", store::quoted(facts.store)));
}

}  // namespace flowsweep::cli

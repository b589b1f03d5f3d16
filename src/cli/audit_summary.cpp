#include "cli/audit_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>

#include "cli/audit_sample.hpp"
#include "core/counted.hpp"
#include "core/hash.hpp"
#include "store/point_text.hpp"

namespace flowsweep::cli {
namespace {

constexpr std::size_t most_listed = 20;

std::string deviation_text(double deviation) {
  return std::isinf(deviation) ? "-" : fmt::format("{:.3g}", deviation);
}

std::string head_text(const AuditSummary& summary) {
  const AuditPlan& plan = summary.plan;
  return fmt::format(
      "{}: {} of {} drawn at random with seed {}, run again on {} ({})\n"
      "  points      {}, {} of them committed\n"
      "  left out    {} that failed, timed out or {} set aside: they may end otherwise\n"
      "  audited     {}, {} of them on another host than wrote it (a store knows hosts, not ranks)\n"
      "  identical   {}\n"
      "  different   {}\n"
      "  damaged     {}\n",
      plan.store, counted(plan.drawn, "row"), plan.population(), plan.seed, counted(plan.ranks, "rank"),
      plan.instruction_set, plan.points, plan.committed, plan.repeatable,
      plan.repeatable == 1 ? "was" : "were", summary.audited(), summary.elsewhere, summary.identical,
      summary.different.size(), summary.damaged.size());
}

std::string columns_text(const AuditSummary& summary) {
  if (summary.columns.empty()) return "";
  std::size_t width = std::string_view("column").size();
  for (const ColumnSummary& column : summary.columns) width = std::max(width, column.column.size());
  std::string text = fmt::format("\n{:{}}  {:>8}  {:>15}  {:>15}  at\n", "column", width, "rows",
                                 "worst deviation", "worst relative");
  for (const ColumnSummary& column : summary.columns)
    text += fmt::format("{:{}}  {:>8}  {:>15}  {:>15}  {}\n", column.column, width, column.rows,
                        deviation_text(column.deviation), deviation_text(column.relative),
                        to_hex(column.worst_id));
  return text;
}

std::string list_text(std::string_view title, std::string_view verb, const std::vector<std::uint64_t>& ids,
                      const std::string& store) {
  if (ids.empty()) return "";
  std::string text = fmt::format("\n{} ({}):\n", title, ids.size());
  for (const std::uint64_t id : std::span(ids).first(std::min(most_listed, ids.size())))
    text += fmt::format("  {}\n", store::point_command(verb, store, id));
  if (ids.size() > most_listed) text += fmt::format("  .. and {} more\n", ids.size() - most_listed);
  return text;
}

std::string conclusion_text(const AuditSummary& summary) {
  const AuditPlan& plan = summary.plan;
  std::string text = "\n";
  if (const std::optional<std::size_t> most = summary.most_different())
    text += fmt::format("With {:g} % confidence at most {:.3g} % of the rows differ ({} of {}).\n",
                        100 * audit_confidence,
                        100.0 * static_cast<double>(*most) / static_cast<double>(plan.population()), *most,
                        plan.population());
  else
    text += "No bound follows: not every row that was drawn has been compared.\n";
  if (summary.left() > 0)
    text += fmt::format("{} not run again: the audit was stopped, or ranks died.\n",
                        counted(summary.left(), "row"));
  return text + "The same rows again: " + plan.command + "\n";
}

nlohmann::ordered_json id_list(const std::vector<std::uint64_t>& ids) {
  auto list = nlohmann::ordered_json::array();
  for (const std::uint64_t id : ids) list.push_back(to_hex(id));
  return list;
}

nlohmann::ordered_json column_list(const AuditSummary& summary) {
  auto list = nlohmann::ordered_json::array();
  for (const ColumnSummary& column : summary.columns)
    list.push_back({{"column", column.column},
                    {"rows", column.rows},
                    {"worst_deviation", column.deviation},
                    {"worst_relative", column.relative},
                    {"worst_id", to_hex(column.worst_id)}});
  return list;
}

}  // namespace

void AuditSummary::add(const AuditFinding& finding, std::uint64_t id) {
  if (!finding.intact) return damaged.push_back(id);
  if (finding.elsewhere) ++elsewhere;
  if (finding.deviations.empty()) {
    ++identical;
    return;
  }
  different.push_back(id);
  for (const ColumnDeviation& entry : finding.deviations) {
    auto found = std::ranges::find(columns, entry.column, &ColumnSummary::column);
    if (found == columns.end()) found = columns.insert(found, {entry.column, 0, -1, 0, 0});
    ++found->rows;
    if (entry.deviation > found->deviation) found->worst_id = id;
    found->deviation = std::max(found->deviation, entry.deviation);
    found->relative = std::max(found->relative, entry.relative);
  }
}

std::optional<std::size_t> AuditSummary::most_different() const {
  if (audited() < plan.drawn) return std::nullopt;
  return most_marked(plan.population(), plan.drawn, different.size(), audit_confidence);
}

ExitCode AuditSummary::exit_code() const {
  if (!damaged.empty()) return ExitCode::bad_input;
  if (!different.empty()) return ExitCode::internal_error;
  return left() > 0 ? ExitCode::more_work : ExitCode::success;
}

std::string in_words(const AuditSummary& summary) {
  return head_text(summary) + columns_text(summary) +
         list_text("Different", "reproduce", summary.different, summary.plan.store) +
         list_text("Damaged", "show", summary.damaged, summary.plan.store) + conclusion_text(summary);
}

std::string as_json(const AuditSummary& summary) {
  const AuditPlan& plan = summary.plan;
  const std::optional<std::size_t> most = summary.most_different();
  nlohmann::ordered_json json = {{"store", plan.store},
                                 {"fraction", plan.fraction},
                                 {"seed", plan.seed},
                                 {"ranks", plan.ranks},
                                 {"instruction_set", plan.instruction_set},
                                 {"points", plan.points},
                                 {"committed", plan.committed},
                                 {"left_out", plan.repeatable},
                                 {"drawn", plan.drawn},
                                 {"audited", summary.audited()},
                                 {"on_another_host", summary.elsewhere},
                                 {"identical", summary.identical},
                                 {"different", summary.different.size()},
                                 {"different_ids", id_list(summary.different)},
                                 {"damaged", summary.damaged.size()},
                                 {"damaged_ids", id_list(summary.damaged)},
                                 {"not_run_again", summary.left()},
                                 {"columns", column_list(summary)},
                                 {"confidence", audit_confidence},
                                 {"most_different", nullptr},
                                 {"command", plan.command},
                                 {"exit_code", static_cast<int>(summary.exit_code())}};
  if (most) json["most_different"] = *most;
  return json.dump(2) + "\n";
}

}  // namespace flowsweep::cli

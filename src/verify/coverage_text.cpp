#include "verify/coverage_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/counted.hpp"
#include "core/hash.hpp"

namespace flowsweep::verify {
namespace {

using Json = nlohmann::ordered_json;
using record::VerdictKind;

std::string declared_text(const Coverage& coverage) {
  if (!coverage.declared) return fmt::format("  sweep file  not read: {}\n", coverage.obstacle);
  const DeclaredGrid& declared = *coverage.declared;
  const bool same = declared.hash == coverage.grid_hash;
  std::string text =
      fmt::format("  sweep file  declares {}\n",
                  same ? "this grid"
                       : fmt::format("another grid: {}, hash {}", counted(declared.points, "point"),
                                     to_hex(declared.hash)));
  text += fmt::format("  excluded    {}; dropped as equal to another {}\n",
                      counted(declared.excluded, "combination"), declared.duplicates);
  for (const sweep::Exclusion& exclusion : declared.exclusions)
    text += fmt::format("    {} = {}: met by {}\n", exclusion.place, exclusion.text, exclusion.combinations);
  return text;
}

std::string statuses_text(const Report& report) {
  std::vector<std::string> parts;
  const auto& statuses = report.coverage->statuses;
  for (std::size_t s = 0; s < statuses.size(); ++s)
    if (statuses[s] > 0) parts.push_back(fmt::format("{} {}", statuses[s], record::status_names[s]));
  if (report.damaged > 0) parts.push_back(fmt::format("{} damaged", report.damaged));
  return fmt::format("{}: {}", counted(report.points, "point"), fmt::join(parts, ", "));
}

std::string verdicts_text(const VerdictCounts& counts) {
  std::vector<std::string> parts;
  for (std::size_t k = 0; k < counts.size(); ++k)
    if (counts[k] > 0) parts.push_back(fmt::format("{} {}", counts[k], record::verdict_names[k]));
  return parts.empty() ? "not run" : fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<const ValueCoverage*> values_without_holds(const AxisCoverage& axis, std::size_t tally) {
  std::vector<const ValueCoverage*> values;
  for (const ValueCoverage& value : axis.values)
    if (!value.held(tally)) values.push_back(&value);
  return values;
}

std::string value_text(const ValueCoverage& value, std::size_t tally) {
  return fmt::format("      {}: {}{}\n", value.value, verdicts_text(value.verdicts[tally]),
                     value.vacuous(tally) ? " (vacuous)" : "");
}

std::string axis_text(const AxisCoverage& axis, std::size_t tally, std::size_t most_listed) {
  const std::vector<const ValueCoverage*> values = values_without_holds(axis, tally);
  if (values.empty()) return "";
  std::string text =
      fmt::format("    {}: {} of {}\n", axis.key, values.size(), counted(axis.values.size(), "value"));
  for (std::size_t v = 0; v < std::min(most_listed, values.size()); ++v)
    text += value_text(*values[v], tally);
  if (values.size() > most_listed) text += fmt::format("      .. and {} more\n", values.size() - most_listed);
  return text;
}

std::string tally_text(const Report& report, std::size_t t, std::size_t most_listed) {
  const Tally& tally = report.tallies[t];
  std::string text = fmt::format("\n{}\n", tally.theorem);
  if (tally.worst_id)
    text += fmt::format("  worst margin {:.6g} at {}: {}\n", tally.worst_margin, to_hex(*tally.worst_id),
                        tally.worst_in_words);
  if (tally.count(VerdictKind::holds) == 0)
    return text + fmt::format("  holds nowhere: {}{}\n", verdicts_text(tally.counts),
                              tally.vacuous() ? " (vacuous)" : "");
  std::string axes;
  for (const AxisCoverage& axis : report.coverage->axes) axes += axis_text(axis, t, most_listed);
  return text + (axes.empty() ? "  holds at a point of every value of every axis\n"
                              : "  values without a point at which it holds:\n" + axes);
}

Json counts_json(const VerdictCounts& counts) {
  Json json = Json::object();
  for (std::size_t k = 0; k < counts.size(); ++k) json[std::string(record::verdict_names[k])] = counts[k];
  return json;
}

Json uncovered_json(const Report& report, std::size_t t) {
  Json list = Json::array();
  for (const AxisCoverage& axis : report.coverage->axes)
    for (const ValueCoverage* value : values_without_holds(axis, t))
      list.push_back({{"axis", axis.key},
                      {"value", value->value},
                      {"points", value->points},
                      {"verdicts", counts_json(value->verdicts[t])},
                      {"vacuous", value->vacuous(t)}});
  return list;
}

Json tally_json(const Report& report, std::size_t t) {
  const Tally& tally = report.tallies[t];
  return {{"name", tally.theorem},
          {"verdicts", counts_json(tally.counts)},
          {"worst_margin", tally.worst_margin},
          {"worst_id", tally.worst_id ? Json(to_hex(*tally.worst_id)) : Json()},
          {"worst_at", tally.worst_in_words},
          {"vacuous", tally.vacuous()},
          {"values_without_holds", uncovered_json(report, t)}};
}

Json declared_json(const Coverage& coverage) {
  if (!coverage.declared) return {{"unreadable", coverage.obstacle}};
  const DeclaredGrid& declared = *coverage.declared;
  Json exclusions = Json::array();
  for (const sweep::Exclusion& exclusion : declared.exclusions)
    exclusions.push_back(
        {{"place", exclusion.place}, {"text", exclusion.text}, {"combinations", exclusion.combinations}});
  return {{"points", declared.points},
          {"grid_hash", to_hex(declared.hash)},
          {"duplicates", declared.duplicates},
          {"excluded", declared.excluded},
          {"exclusions", exclusions}};
}

}  // namespace

std::string coverage_text(const Report& report, const Options& options) {
  const Coverage& coverage = *report.coverage;
  std::string text = fmt::format("\nCoverage\n  grid        {}, hash {}\n", counted(coverage.points, "point"),
                                 to_hex(coverage.grid_hash));
  text += declared_text(coverage) + fmt::format("  selected    {}\n", statuses_text(report));
  for (std::size_t t = 0; t < report.tallies.size(); ++t) text += tally_text(report, t, options.most_listed);
  return text;
}

Json coverage_json(const Report& report) {
  const Coverage& coverage = *report.coverage;
  Json statuses = Json::object(), theorems = Json::array();
  for (std::size_t s = 0; s < coverage.statuses.size(); ++s)
    statuses[std::string(record::status_names[s])] = coverage.statuses[s];
  for (std::size_t t = 0; t < report.tallies.size(); ++t) theorems.push_back(tally_json(report, t));
  return {{"points", coverage.points},
          {"grid_hash", to_hex(coverage.grid_hash)},
          {"sweep_file", declared_json(coverage)},
          {"statuses", statuses},
          {"theorems", theorems}};
}

}  // namespace flowsweep::verify

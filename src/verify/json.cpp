#include <nlohmann/json.hpp>
#include <ostream>

#include "core/hash.hpp"
#include "verify/coverage_text.hpp"
#include "verify/level.hpp"
#include "verify/verify.hpp"

namespace flowsweep::verify {
namespace {

using Json = nlohmann::ordered_json;

Json verdict_json(const record::Verdict& verdict) {
  return {{"verdict", record::name(verdict.kind)},
          {"margin", verdict.margin},
          {"predicted", verdict.predicted},
          {"measured", verdict.measured},
          {"tolerance", verdict.tolerance},
          {"hypothesis_margins", verdict.hypothesis_margins},
          {"conclusion_margins", verdict.conclusion_margins}};
}

Json tally_json(const Tally& tally, const Report& report) {
  Json json = {{"name", tally.theorem}, {"standing", tally.standing}};
  for (std::size_t k = 0; k < tally.counts.size(); ++k)
    json[std::string(record::verdict_names[k])] = tally.counts[k];
  json["points"] = report.points;
  json["tested"] = tally.tested();
  json["worst_margin"] = tally.worst_margin;
  json["worst_id"] = tally.worst_id ? Json(to_hex(*tally.worst_id)) : Json();
  return json;
}

Json discrepancies_json(const Finding& finding) {
  Json json = Json::array();
  for (const Discrepancy& discrepancy : finding.discrepancies)
    json.push_back(
        {{"name", discrepancy.name}, {"stored", discrepancy.stored}, {"again", discrepancy.again}});
  return json;
}

Json finding_json(const Finding& finding) {
  Json parameters = Json::object();
  for (const auto& [key, value] : finding.parameters) parameters[key] = value;
  return {{"id", to_hex(finding.id)},
          {"theorem", finding.theorem},
          {"judged", verdict_json(finding.judged)},
          {"stored", verdict_json(finding.stored)},
          {"broken", finding.broken},
          {"measurements", discrepancies_json(finding)},
          {"parameters", parameters}};
}

Json findings_json(const std::vector<Finding>& findings) {
  Json json = Json::array();
  for (const Finding& finding : findings) json.push_back(finding_json(finding));
  return json;
}

}  // namespace

void print_json(const Report& report, const Options& options, std::ostream& out) {
  Json theorems = Json::array(), damaged = Json::array();
  for (const Tally& tally : report.tallies) theorems.push_back(tally_json(tally, report));
  for (const std::uint64_t id : report.damaged_ids) damaged.push_back(to_hex(id));
  Json json = {{"store", options.store},
               {"level", level(options)},
               {"compared_bits", report.same_build},
               {"points", report.points},
               {"committed", report.committed},
               {"missing", report.missing},
               {"damaged", report.damaged},
               {"damaged_ids", damaged},
               {"undecided", report.undecided},
               {"unusable", report.unusable},
               {"tested", report.tested()},
               {"theorems", theorems},
               {"violated", report.violated},
               {"violations", findings_json(report.violations)},
               {"disagreeing", report.disagreeing},
               {"disagreements", findings_json(report.disagreements)},
               {"exit_code", static_cast<int>(exit_code(report))}};
  if (report.coverage) json["coverage"] = coverage_json(report);
  out << json.dump(2) << "\n";
}

}  // namespace flowsweep::verify

#include "cli/audit_finding.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

namespace flowsweep::cli {
namespace {

using Json = nlohmann::json;

// JSON has no infinity: it becomes null.
double number(const Json& json) {
  return json.is_null() ? std::numeric_limits<double>::infinity() : json.get<double>();
}

AuditFinding decoded(const std::string& line) {
  const Json json = Json::parse(line);
  AuditFinding finding{json.at(0), json.at(1), json.at(2)};
  for (const Json& entry : json.at(3))
    finding.deviations.push_back({entry.at(0), number(entry.at(1)), number(entry.at(2))});
  return finding;
}

}  // namespace

std::vector<ColumnDeviation> by_column(const std::vector<Difference>& differences) {
  std::vector<ColumnDeviation> columns;
  for (const Difference& difference : differences) {
    auto found = std::ranges::find(columns, difference.column, &ColumnDeviation::column);
    if (found == columns.end()) found = columns.insert(found, {difference.column, 0, 0});
    found->deviation = std::max(found->deviation, difference.deviation);
    found->relative = std::max(found->relative, difference.relative);
  }
  return columns;
}

std::string encoded(const AuditFinding& finding) {
  Json deviations = Json::array();
  for (const ColumnDeviation& entry : finding.deviations)
    deviations.push_back(Json::array({entry.column, entry.deviation, entry.relative}));
  return Json::array({finding.row, finding.intact, finding.elsewhere, deviations}).dump() + "\n";
}

std::vector<AuditFinding> decoded_findings(const std::string& lines) {
  std::vector<AuditFinding> findings;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) findings.push_back(decoded(line));
  return findings;
}

}  // namespace flowsweep::cli

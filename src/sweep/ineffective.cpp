#include "sweep/ineffective.hpp"

#include <map>

namespace flowsweep::sweep {
namespace {

// A key of a section that several grids share has an effect if it has one in any of them.
std::map<std::string, bool> used_keys(std::span<const GridSpecification> specifications,
                                      std::span<const Effect> effects) {
  std::map<std::string, bool> used;
  for (std::size_t grid = 0; grid < specifications.size(); ++grid)
    for (std::size_t p = 0; p < specifications[grid].columns.size(); ++p)
      if (const Column& column = specifications[grid].columns[p]; column.given)
        used[column.field.name] = used[column.field.name] || effects[grid].parameters[p];
  return used;
}

}  // namespace

std::vector<std::string> ineffective_keys(std::span<const GridSpecification> specifications,
                                          std::span<const Effect> effects) {
  std::map<std::string, bool> used = used_keys(specifications, effects);
  std::vector<std::string> remarks;
  for (std::size_t grid = 0; grid < specifications.size(); ++grid) {
    for (const Column& column : specifications[grid].columns) {
      if (!column.given || used[column.field.name]) continue;
      used[column.field.name] = true;  // said once
      remarks.push_back(remark(column.field, to_text(column.values.front()), "no point uses this key"));
    }
    const auto& clauses = specifications[grid].exclusions;
    for (std::size_t c = 0; c < clauses.size(); ++c)
      if (effects[grid].clauses[c] == 0)
        remarks.push_back(remark(clauses[c].field, clauses[c].text, "no point meets this exclusion"));
  }
  return remarks;
}

}  // namespace flowsweep::sweep

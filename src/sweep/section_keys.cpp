#include "sweep/section_keys.hpp"

namespace flowsweep::sweep {

std::vector<KeyDeclaration> top_keys() {
  return {
      {"name", "text", "", "not empty", "", "Name of the sweep; it stands in the store and in reports."},
      {"theorems", "list of names", "", "distinct names of theorems", "",
       "Theorems to judge, separated by commas; without this key all that speak about the model."},
      {"time_limit", "real", "0", "time_limit >= 0", "s",
       "Wall time after which a point is given up as timed-out; 0 sets no limit."},
      {"shard", "I/N", "1/1", "1 <= I <= N <= 1000000", "",
       "Only the points whose id leaves the remainder I - 1 when divided by N: the N shards together are the "
       "sweep. `flowsweep merge` unites their stores."},
  };
}

std::vector<KeyDeclaration> grid_keys() {
  return {
      {"zip", "groups of axes", "", "axes of the section with equally many values", "",
       "Axes that advance together instead of being multiplied, e.g. `zip = scale, step`; several groups are "
       "separated "
       "by `;`."},
      {"exclude", "conditions", "", "KEY=VALUES joined by &, clauses separated by ;", "",
       "Drops the points that meet all conditions of a clause, e.g. `exclude = distribution=gaussian & "
       "dimension=2..3; "
       "context=10`. On a real axis a..b is the closed interval."},
  };
}

KeyDeclaration key_declaration(const ParameterDeclaration& declaration) {
  return {declaration.key,          std::string(name(declaration.kind)),
          declaration.default_text, constraint_text(declaration),
          declaration.unit,         declaration.help};
}

SectionKeys section_keys(const Vocabulary& vocabulary) {
  SectionKeys sections{{"", top_keys()}, {"axes", grid_keys()}, {"grid", grid_keys()}};
  for (const ParameterDeclaration& parameter : vocabulary.parameters) {
    const KeyDeclaration key = key_declaration(parameter);
    for (const char* grid : {"axes", "grid"}) sections[grid].push_back(key);
    if (parameter.section != "axes") sections[parameter.section].push_back(key);
  }
  return sections;
}

std::string_view section_kind(std::string_view section) {
  return section.starts_with("grid.") ? "grid" : section;
}

std::string qualified(std::string_view section, std::string_view key) {
  return section.empty() ? std::string(key) : std::string(section) + "." + std::string(key);
}

}  // namespace flowsweep::sweep

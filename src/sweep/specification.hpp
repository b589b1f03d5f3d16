#pragma once
#include <string>
#include <vector>

#include "sweep/ini.hpp"
#include "sweep/value_set.hpp"

namespace flowsweep::sweep {

/// The values of one parameter in a grid: an axis, a single value, a default, or none at all.
struct Column {
  Field field;
  std::vector<Value> values;
  bool given = false;  ///< by a key of the document
};

/// Axes that advance together: one axis, or those of a zip. They have the same length.
struct AxisGroup {
  std::vector<std::size_t> parameters;
  std::size_t length = 1;
};

struct ExclusionCondition {
  std::size_t parameter = 0;
  ValueSet admitted;
};

/// Drops a point that meets all conditions.
struct ExclusionClause {
  Field field;
  std::string text;
  std::vector<ExclusionCondition> conditions;
};

/// One grid, validated but not multiplied out.
struct GridSpecification {
  Field field;                    ///< the section's heading
  std::vector<Column> columns;    ///< by parameter
  std::vector<AxisGroup> groups;  ///< the slowest first
  std::vector<ExclusionClause> exclusions;
};

/// Validates every value of a document. The number of combinations is checked against the limits before any
/// axis is expanded.
std::vector<GridSpecification> specify_grids(const Document& document, const Vocabulary& vocabulary,
                                             const Limits& limits);

/// Index of the parameter with this key; vocabulary.parameters.size() if there is none.
std::size_t parameter_index(const Vocabulary& vocabulary, std::string_view key);

/// As parameter_index, but refuses an unknown key and names the nearest known one.
std::size_t known_parameter(const Vocabulary& vocabulary, std::string_view key, const Field& field,
                            std::string_view value);

}  // namespace flowsweep::sweep

#pragma once
#include <string_view>
#include <unordered_set>
#include <vector>

#include "sweep/axis_expression.hpp"
#include "sweep/value_hash.hpp"

namespace flowsweep::sweep {

/// The values a condition admits, in the axis syntax; a..b on a real axis is the closed interval.
class ValueSet {
 public:
  /// Refuses more than 1000 ranges and spacings.
  ValueSet(const ParameterDeclaration& declaration, std::string_view text, const Field& field);

  bool contains(const Value& value) const;
  std::size_t ranges() const { return ranges_.size(); }  ///< tried in turn for each value

 private:
  std::unordered_set<Value, ValueHash> values_;
  std::vector<AxisItem> ranges_;  // ranges, intervals and spacings, tried in turn
};

}  // namespace flowsweep::sweep

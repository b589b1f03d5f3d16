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
  /// Refuses more than `limit` listed or spaced values, and more than 1000 ranges.
  ValueSet(const ParameterDeclaration& declaration, std::string_view text, const Field& field,
           std::size_t limit);

  bool contains(const Value& value) const;

 private:
  void add(const AxisItem& item);

  std::unordered_set<Value, ValueHash> values_;
  std::vector<IntegerRange> ranges_;
  std::vector<Interval> intervals_;
};

}  // namespace flowsweep::sweep

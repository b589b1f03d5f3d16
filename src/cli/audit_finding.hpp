#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "cli/record_difference.hpp"

namespace flowsweep::cli {

/// How far the numbers of one column are from the stored ones, in one row.
struct ColumnDeviation {
  std::string column;    ///< Difference::column
  double deviation = 0;  ///< the largest |stored - now|; infinite between words and for NaN
  double relative = 0;   ///< the largest divided by the larger of both
  bool operator==(const ColumnDeviation&) const = default;
};

/// What running one row again has found.
struct AuditFinding {
  std::size_t row = 0;
  bool intact = true;      ///< the stored row has its mark and its checksum: else nothing was compared
  bool elsewhere = false;  ///< run again on another host than the one that wrote it
  std::vector<ColumnDeviation> deviations{};  ///< empty: identical
  bool operator==(const AuditFinding&) const = default;
};

/// One entry a column, in the order of the differences.
std::vector<ColumnDeviation> by_column(const std::vector<Difference>& differences);

/// One line of text, its end included; and the findings of such lines.
std::string encoded(const AuditFinding& finding);
std::vector<AuditFinding> decoded_findings(const std::string& lines);

}  // namespace flowsweep::cli

#pragma once
#include <string>
#include <vector>

#include "record/record.hpp"
#include "store/store.hpp"

namespace flowsweep::cli {

/// A number or word in which two runs of one point differ.
struct Difference {
  std::string column;       ///< "status", "finals/ab", "trajectory/ab", "weights", "mesa.limit/margin"
  std::string entry;        ///< which number of a column that has several: "12"; else empty
  std::string stored, now;  ///< as text
  /// |stored - now|, and the same divided by the larger of both; infinite between words and for NaN.
  double deviation = 0, relative = 0;
};

/// "trajectory/ab/12: 0.25 stored, 0.5 now"
std::string to_text(const Difference& difference);

/// Where two runs of one point differ in their bits. Every NaN equals every NaN, and an empty list one of NaN
/// (that is how a store keeps it). Timings, hosts and attempts are not compared.
std::vector<Difference> record_differences(const store::Schema& schema, const record::RunRecord& stored,
                                           const record::RunRecord& now);

}  // namespace flowsweep::cli

#pragma once
#include <string>
#include <vector>

#include "record/record.hpp"
#include "store/store.hpp"

namespace flowsweep::cli {

/// Where two runs of one point differ in their bits, one line each: "finals/ab: 0.25 stored, 0.5 now". Every
/// NaN equals every NaN, and an empty list one of NaN (that is how a store keeps it). Timings, hosts and
/// attempts are not compared.
std::vector<std::string> record_differences(const store::Schema& schema, const record::RunRecord& stored,
                                            const record::RunRecord& now);

}  // namespace flowsweep::cli

#pragma once
#include <vector>

#include "record/record.hpp"

namespace flowsweep::test {

/// By bits: NaN equals NaN, 0 differs from -0.
bool same(const std::vector<double>& a, const std::vector<double>& b);

/// CHECKs that two runs agree in everything that the digest sees.
void check_same(const record::RunRecord& a, const record::RunRecord& b);

}  // namespace flowsweep::test

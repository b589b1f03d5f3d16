#pragma once
#include <span>
#include <vector>

#include "theory/mesa_setting.hpp"
#include "theory/theorem.hpp"

namespace flowsweep::theory {

// What statements about the limit A = a* I, B = b* I, a* b* = c have in common; their hypotheses differ.

std::vector<record::Quantity> limit_measurements();
std::vector<Condition> limit_conclusions();
extern const char* const limit_tolerance_source;

std::vector<double> measure_limit(const Run& run);

/// Findings under the given hypothesis margins, from the measurements of measure_limit().
Findings limit_findings(const MesaSetting& setting, const record::RunRecord& run,
                        std::span<const double> measured, std::vector<double> hypothesis_margins);

}  // namespace flowsweep::theory

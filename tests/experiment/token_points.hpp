#pragma once
#include <string>
#include <vector>

#include "sweep/grid.hpp"
#include "theory/theorem.hpp"

namespace flowsweep::test {

/// A sweep of one layer of softmax attention on independent tokens, with these axes.
sweep::Sweep token_sweep(const std::string& axes);

/// A theorem of the registry with another `measure`.
theory::Theorem measured_by(const std::string& theorem, std::vector<double> (*measure)(const theory::Run&));

/// Gaps of samples that are one token N times: those of a process whose tokens are not independent.
theory::SampleGaps one_token_gaps(const theory::Run& run);

}  // namespace flowsweep::test

#pragma once
#include "experiment/problem.hpp"

namespace flowsweep::experiment {

/// Linear causal attention on the exact or the empirical risk.
ModelFamily linear_attention();

}  // namespace flowsweep::experiment

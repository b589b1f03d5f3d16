#pragma once
#include "experiment/problem.hpp"

namespace flowsweep::experiment {

/// Causal attention with linear or softmax scores on the risk of sampled sequences.
ModelFamily causal_attention();

}  // namespace flowsweep::experiment

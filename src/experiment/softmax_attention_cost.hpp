#pragma once
#include "sweep/grid.hpp"

namespace flowsweep::experiment {

/// Predicted wall time of a point of softmax attention on prompts (docs/decisions/cost-model.md).
double softmax_attention_seconds(const sweep::Point& point);

}  // namespace flowsweep::experiment

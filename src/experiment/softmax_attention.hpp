#pragma once
#include "experiment/problem.hpp"

namespace flowsweep::experiment {

/// Softmax attention on prompts, under one of its names: one layer, a Transformer layer, several layers.
ModelFamily softmax_attention(std::string_view name);

}  // namespace flowsweep::experiment

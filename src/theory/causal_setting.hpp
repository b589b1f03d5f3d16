#pragma once
#include <vector>

#include "model/causal_attention.hpp"
#include "risk/sampling.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::theory {

/// Whether the point is about causal attention with linear or softmax scores.
bool is_causal_attention(const sweep::Point& point);
bool is_softmax_causal_attention(const sweep::Point& point);

model::CausalScore causal_score(const sweep::Point& point);

/// The sequences that the point's flow was trained on.
risk::SampledSequences training_sequences(const sweep::Point& point);

}  // namespace flowsweep::theory

#include "theory/causal_setting.hpp"

#include "core/rng.hpp"
#include "theory/laws.hpp"

namespace flowsweep::theory {

bool is_causal_attention(const sweep::Point& point) {
  return point.name("model") == "causal-attention";
}

bool is_softmax_causal_attention(const sweep::Point& point) {
  return is_causal_attention(point) && causal_score(point) == model::CausalScore::softmax;
}

model::CausalScore causal_score(const sweep::Point& point) {
  return point.name("score") == "softmax" ? model::CausalScore::softmax : model::CausalScore::linear;
}

risk::SampledSequences training_sequences(const sweep::Point& point) {
  return risk::sample_sequences(*law_of(point), static_cast<std::size_t>(point.integer("sequences")),
                                point.id(), Stream::training_sequences);
}

}  // namespace flowsweep::theory

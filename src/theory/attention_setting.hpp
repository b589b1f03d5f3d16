#pragma once
#include <cstddef>
#include <vector>

#include "core/rng.hpp"
#include "model/attention_shape.hpp"
#include "model/prompts.hpp"
#include "risk/prompt_sampling.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::theory {

/// A grid point of softmax attention on prompts in the theory's own terms (docs/theory/dual.md).
struct AttentionSetting {
  model::AttentionShape shape;
  int demonstrations = 1;  ///< N
  int queries = 1;         ///< T
  risk::PromptLaw prompts;
  bool regression = true;  ///< trained on in-context regression; false: independent tokens, no training
};

AttentionSetting attention_setting(const sweep::Point& point);

/// Whether the point is about softmax attention on prompts: one layer, a Transformer layer, or several.
bool is_prompt_attention(const sweep::Point& point);

/// The prompts on which theorems compare the weights of the point with their dual model: `check_prompts` of
/// them, the same at every record.
model::Prompts check_prompts(const sweep::Point& point, const AttentionSetting& setting);

/// Gaussian weights: entries of a matrix with n columns have standard deviation scale / sqrt(n), those of a
/// bias `scale`.
std::vector<double> gaussian_weights(const model::AttentionShape& shape, double scale, CounterRng rng);

}  // namespace flowsweep::theory

#pragma once
#include <cstdint>
#include <memory>

#include "core/rng.hpp"
#include "distribution/law.hpp"
#include "model/prompts.hpp"

namespace flowsweep::risk {

/// The law of prompts. In-context regression (task given): w ~ task, x_i ~ inputs, both in R^{d_i - 1};
/// demonstrations (x_i, w.x_i + noise z_i), z_i ~ N(0, 1); query tokens (x'_j, 0); target w.x'_T. Without a
/// task: N + T independent tokens ~ inputs in R^{d_i}, no targets.
struct PromptLaw {
  std::shared_ptr<const distribution::Law> inputs;
  std::shared_ptr<const distribution::Law> task;  ///< nullptr: none
  double noise = 0;
};

/// Draws prompts of N = demonstrations and T = queries tokens, one after the other from one stream.
model::Prompts sample_prompts(const PromptLaw& law, int demonstrations, int queries, std::size_t count,
                              CounterRng rng);

}  // namespace flowsweep::risk

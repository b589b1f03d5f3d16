#include "risk/prompt_sampling.hpp"

#include <numeric>
#include <span>

namespace flowsweep::risk {
namespace {

// A prompt of in-context regression into `tokens`; returns its target.
double draw_regression(const PromptLaw& law, const model::Prompts& shape, std::span<double> w,
                       std::span<double> tokens, CounterRng& rng) {
  law.task->sample(rng, w);
  const auto width = static_cast<std::size_t>(shape.dimension);
  double label = 0;
  for (int k = 0; k < shape.demonstrations + shape.queries; ++k) {
    const std::span<double> token = tokens.subspan(static_cast<std::size_t>(k) * width, width);
    const std::span<double> x = token.first(width - 1);
    law.inputs->sample(rng, x);
    label = std::inner_product(w.begin(), w.end(), x.begin(), 0.0);
    const bool demonstration = k < shape.demonstrations;
    token.back() = demonstration ? label + (law.noise > 0 ? law.noise * rng.normal() : 0) : 0;
  }
  return label;
}

}  // namespace

model::Prompts sample_prompts(const PromptLaw& law, int demonstrations, int queries, std::size_t count,
                              CounterRng rng) {
  const bool regression = law.task != nullptr;
  model::Prompts prompts;
  prompts.dimension = law.inputs->dimension() + (regression ? 1 : 0);
  prompts.demonstrations = demonstrations;
  prompts.queries = queries;
  const std::size_t length = prompts.tokens_of_one(), width = static_cast<std::size_t>(prompts.dimension);
  prompts.tokens.resize(count * length);
  std::vector<double> w(width);
  for (std::size_t p = 0; p < count; ++p) {
    const std::span<double> tokens = std::span(prompts.tokens).subspan(p * length, length);
    if (regression) {
      prompts.targets.push_back(draw_regression(law, prompts, std::span(w).first(width - 1), tokens, rng));
      continue;
    }
    for (std::size_t k = 0; k < length; k += width) law.inputs->sample(rng, tokens.subspan(k, width));
  }
  return prompts;
}

}  // namespace flowsweep::risk

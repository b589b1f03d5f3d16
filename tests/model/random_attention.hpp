#pragma once
#include <string>
#include <vector>

#include "core/rng.hpp"
#include "model/attention_shape.hpp"

namespace flowsweep::test {

inline std::vector<double> normal_numbers(std::uint64_t seed, std::size_t count, double scale) {
  CounterRng rng(seed, Stream::initial_weights);
  std::vector<double> numbers(count);
  for (double& number : numbers) number = scale * rng.normal();
  return numbers;
}

struct NamedShape {
  std::string name;
  model::AttentionShape shape;
};

/// Every kind of shape, every modification alone, and combinations.
inline std::vector<NamedShape> attention_shapes(int input, int width) {
  using model::AttentionShape;
  using enum model::TokenMap;
  using enum model::NegativeRule;
  const AttentionShape plain{.input = input, .width = width, .modifications = {}};
  AttentionShape deep = plain, forward = plain, residual = plain, everything = plain;
  deep.layers = 3;
  forward.hidden = 5;
  residual.hidden = 4;
  residual.width = input;
  residual.residual = true;
  everything = residual;
  everything.layers = 2;
  everything.modifications = {.alpha = 0.3, .value_map = mlp, .key_map = gelu, .beta = 0.5, .negatives = 0.5};
  std::vector<NamedShape> shapes = {{"plain", plain},
                                    {"three layers", deep},
                                    {"feed-forward", forward},
                                    {"residual", residual},
                                    {"everything", everything}};
  const auto add = [&](const std::string& name, AttentionShape shape, model::Modifications m) {
    shape.modifications = m;
    shapes.push_back({name, shape});
  };
  add("alpha", plain, {.alpha = -0.4});
  add("negative", plain, {.beta = 0.7, .negatives = 0.4});
  add("negative, query's rule", plain, {.beta = 0.7, .negatives = 0.4, .negative_rule = lowest_query_score});
  add("all negatives", deep, {.beta = -0.5, .negatives = 1});
  add("deep negative, query's rule", deep,
      {.alpha = 0.1, .beta = 0.3, .negatives = 0.3, .negative_rule = lowest_query_score});
  add("keys relu", plain, {.key_map = relu});
  add("values gelu", forward, {.value_map = gelu});
  add("keys mlp", deep, {.key_map = mlp});
  add("values relu", deep, {.value_map = relu});
  add("values mlp", plain, {.value_map = mlp});
  add("both mlp, negative", residual, {.alpha = 0.2, .value_map = mlp, .key_map = mlp, .beta = 0.2});
  return shapes;
}

}  // namespace flowsweep::test

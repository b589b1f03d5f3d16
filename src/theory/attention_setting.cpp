#include "theory/attention_setting.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "theory/laws.hpp"

namespace flowsweep::theory {
namespace {

model::TokenMap token_map(const std::string& name) {
  constexpr std::array<std::string_view, 4> names = {"identity", "relu", "gelu", "mlp"};
  return static_cast<model::TokenMap>(std::ranges::find(names, name) - names.begin());
}

model::Modifications modifications(const sweep::Point& point) {
  model::Modifications result;
  result.alpha = point.real("alpha");
  result.value_map = token_map(point.name("value_map"));
  result.key_map = token_map(point.name("key_map"));
  result.beta = point.real("beta");
  if (result.beta == 0) return result;
  result.negatives = point.real("negatives");
  if (point.name("negative_rule") == "lowest-query-score")
    result.negative_rule = model::NegativeRule::lowest_query_score;
  return result;
}

model::AttentionShape shape_of(const sweep::Point& point) {
  model::AttentionShape shape;
  shape.input = static_cast<int>(point.integer("dimension"));
  shape.width = static_cast<int>(point.integer("width"));
  if (shape.width == 0) shape.width = shape.input;
  if (point.uses("layers")) shape.layers = static_cast<int>(point.integer("layers"));
  if (point.uses("hidden")) {
    shape.hidden = static_cast<int>(point.integer("hidden"));
    shape.residual = point.integer("residual") != 0;
  }
  shape.modifications = modifications(point);
  return shape;
}

risk::PromptLaw prompt_law(const sweep::Point& point, const AttentionSetting& setting) {
  if (!setting.regression) return {law_of(point), nullptr, 0};
  const int inputs = setting.shape.input - 1;
  return {law_of(point, token_law, inputs), law_of(point, task_law, inputs), point.real("noise")};
}

}  // namespace

bool is_prompt_attention(const sweep::Point& point) {
  return point.uses("task");
}

AttentionSetting attention_setting(const sweep::Point& point) {
  AttentionSetting setting;
  setting.shape = shape_of(point);
  setting.demonstrations = static_cast<int>(point.integer("demonstrations"));
  setting.queries = static_cast<int>(point.integer("queries"));
  setting.regression = point.name("task") == "regression";
  setting.prompts = prompt_law(point, setting);
  return setting;
}

model::Prompts check_prompts(const sweep::Point& point, const AttentionSetting& setting) {
  return risk::sample_prompts(setting.prompts, setting.demonstrations, setting.queries,
                              static_cast<std::size_t>(point.integer("check_prompts")),
                              CounterRng(point.id(), Stream::measurement_sequences));
}

std::vector<double> gaussian_weights(const model::AttentionShape& shape, double scale, CounterRng rng) {
  const model::AttentionLayout layout = model::layout_of(shape);
  std::vector<double> weights(layout.size);
  for (double& weight : weights) weight = scale * rng.normal();
  const auto divide = [&](std::size_t first, std::size_t last, int columns) {
    for (std::size_t k = first; k < last; ++k) weights[k] /= std::sqrt(columns);
  };
  for (const model::AttentionLayerLayout& layer : layout.layers) {
    const auto entries = static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(layer.columns);
    divide(layer.query, layer.value + entries, layer.columns);
    const auto square = static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(shape.width);
    if (shape.modifications.key_map == model::TokenMap::mlp)
      divide(layer.key_map[0], layer.key_map[1] + square, shape.width);
    if (shape.modifications.value_map == model::TokenMap::mlp)
      divide(layer.value_map[0], layer.value_map[1] + square, shape.width);
  }
  if (shape.hidden == 0) return weights;
  divide(layout.inner, layout.inner_bias, shape.width);
  divide(layout.outer, layout.outer_bias, shape.hidden);
  return weights;
}

}  // namespace flowsweep::theory

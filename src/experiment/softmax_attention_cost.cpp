#include "experiment/softmax_attention_cost.hpp"

#include <algorithm>

#include "experiment/dual_cost.hpp"
#include "experiment/sampled_cost.hpp"
#include "experiment/softmax_attention_observer.hpp"
#include "theory/attention_setting.hpp"

namespace flowsweep::experiment {
namespace {

using model::TokenMap;

// Seconds on one core with AVX-512, a prompt: gradients at d = 12, N = 15 (flowsweep bench).
constexpr double start_up = 35e-6;
constexpr double one_output = 0.12e-9;  // times 2 d^2 + 4 n d: one layer reads its n tokens once
constexpr double all_tokens = 0.04e-9;  // times the multiply-adds of matrices that every token meets
constexpr double smooth_map = 12e-9;    // gelu of a token, and its derivative
constexpr double ranking = 2e-9;        // times N^2: negatives of every demonstration
// Gradients that a flow asks for; pressed against kinks (ReLU) it creeps, so many a unit of flow time.
constexpr double smooth_evaluations = 2000, creeping_evaluations = 15000;
constexpr double evaluations_a_step = 2;  // of an adaptive integrator without products

double map_seconds(TokenMap map, double tokens, double d) {
  if (map == TokenMap::identity) return 0;
  const double matrices = map == TokenMap::mlp ? 9 : 3;  // forward and backward
  return tokens * (all_tokens * matrices * d * d + (map == TokenMap::relu ? 0 : smooth_map));
}

double layer_seconds(const theory::AttentionSetting& setting, double tokens, double outputs) {
  const model::Modifications& m = setting.shape.modifications;
  const double d = setting.shape.width;
  const double plain = outputs == 1 ? one_output * (2 * d * d + 4 * tokens * d)
                                    : all_tokens * outputs * (9 * d * d + 4 * tokens * d);
  const bool own = m.beta != 0 && m.negative_rule == model::NegativeRule::lowest_score;
  return plain + map_seconds(m.key_map, tokens, d) + map_seconds(m.value_map, tokens, d) +
         (own ? ranking * tokens * tokens : 0);
}

// A gradient on one prompt.
double prompt_seconds(const theory::AttentionSetting& setting, int demonstrations) {
  const double tokens = demonstrations + setting.queries;
  const double outputs = setting.shape.layers == 1 ? 1 : tokens;
  return setting.shape.layers * layer_seconds(setting, tokens, outputs) +
         12 * all_tokens * setting.shape.hidden * setting.shape.width;
}

double test_seconds(const sweep::Point& point, const theory::AttentionSetting& setting) {
  double seconds = 0;
  for (const int length : test_lengths(setting.demonstrations)) seconds += prompt_seconds(setting, length);
  return static_cast<double>(point.integer("test_prompts")) * seconds / 2;  // no gradient
}

bool has_kinks(const model::AttentionShape& shape) {
  return shape.hidden > 0 || shape.modifications.key_map == TokenMap::relu ||
         shape.modifications.value_map == TokenMap::relu;
}

double asked_evaluations(const sweep::Point& point, const model::AttentionShape& shape) {
  if (point.uses("steps")) return static_cast<double>(point.integer("steps"));
  const double wanted = has_kinks(shape) ? creeping_evaluations * point.real("horizon") : smooth_evaluations;
  return std::min(wanted, evaluations_a_step * static_cast<double>(point.integer("step_limit")));
}

}  // namespace

double softmax_attention_seconds(const sweep::Point& point) {
  const theory::AttentionSetting setting = theory::attention_setting(point);
  const double check = dual_check_seconds(point, setting);
  const double ends = start_up + dual_theorem_seconds(point, setting);
  if (!setting.regression) return ends + check;
  const double gradient =
      static_cast<double>(point.integer("prompts")) * prompt_seconds(setting, setting.demonstrations);
  return ends + asked_evaluations(point, setting.shape) * gradient +
         expected_records(point) * (gradient + test_seconds(point, setting) + check);
}

}  // namespace flowsweep::experiment

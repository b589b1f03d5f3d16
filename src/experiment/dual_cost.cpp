#include "experiment/dual_cost.hpp"

#include "model/attention_shape.hpp"

namespace flowsweep::experiment {
namespace {

// Seconds; a fit to processor times of the shipped sweeps.
constexpr double prompt = 0.25e-6;
constexpr double multiply_add = 1e-9;  // of the reference forward pass
constexpr double comparison = 1.5e-9;  // choosing negatives
constexpr double kernel_term = 5e-9;   // a key's coordinate in a dual
constexpr double dual_model = 1e-6;
constexpr double token_step = 1.7e-6, token_step_term = 6e-9;

double map_work(const model::AttentionShape& shape) {
  const model::Modifications& m = shape.modifications;
  const int maps = int{m.key_map == model::TokenMap::mlp} + int{m.value_map == model::TokenMap::mlp};
  return 2.0 * maps * shape.width * shape.width;
}

// Multiply-adds of the forward pass of one prompt of n tokens.
double forward_work(const model::AttentionShape& shape, double n) {
  const double projections = 3.0 * shape.width * (shape.input + (shape.layers - 1.0) * shape.width);
  return n * (projections + shape.layers * (map_work(shape) + 3 * n * shape.width));
}

double negative_work(const model::AttentionShape& shape, double demonstrations, double n) {
  const int negatives = model::negative_count(shape.modifications, static_cast<int>(demonstrations));
  if (negatives == 0) return 0;
  return shape.layers * n * demonstrations * demonstrations * (shape.width + negatives);
}

}  // namespace

double dual_check_seconds(const sweep::Point& point, const theory::AttentionSetting& setting) {
  const model::AttentionShape& shape = setting.shape;
  const double n = setting.demonstrations + setting.queries;
  const double duals = shape.layers * (shape.layers == 1 ? 1 : n);
  const double one = prompt + multiply_add * forward_work(shape, n) +
                     comparison * negative_work(shape, setting.demonstrations, n) +
                     duals * (dual_model + kernel_term * n * shape.width);
  return static_cast<double>(point.integer("check_prompts")) * one;
}

double dual_theorem_seconds(const sweep::Point& point, const theory::AttentionSetting& setting) {
  const double check = dual_check_seconds(point, setting);
  if (setting.shape.layers > 1) return 2.5 * check;
  if (setting.shape.hidden > 0) return check;
  const double n = setting.demonstrations;
  const double steps = 2 * n * (token_step + token_step_term * n);
  const bool modified = setting.shape.modifications != model::Modifications{};
  return (modified ? 3 : 2) * check + static_cast<double>(point.integer("check_prompts")) * steps;
}

}  // namespace flowsweep::experiment

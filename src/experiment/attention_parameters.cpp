#include "experiment/attention_parameters.hpp"

#include <algorithm>

#include "distribution/law.hpp"
#include "experiment/declarations.hpp"

namespace flowsweep::experiment {
namespace {

using sweep::Kind;
using sweep::ParameterDeclaration;
using sweep::Value;

const std::vector<std::string> token_maps = {"identity", "relu", "gelu", "mlp"};

// One declaration a line and one for its help, as a table.
// clang-format off
void declare_shape(std::vector<ParameterDeclaration>& all) {
  all.push_back({"demonstrations", "axes", Kind::integer, "15", at_least(1, 1e6), {}, "tokens",
                 "Demonstration tokens N of a prompt."});
  all.push_back({"queries", "axes", Kind::integer, "1", at_least(1, 1e6), {}, "tokens",
                 "Query tokens T of a prompt; the output is that of the last."});
  all.push_back({"width", "axes", Kind::integer, "0", at_least(0, 512), {}, "1",
                 "Dimension d_o of keys, queries and values; 0: that of the tokens."});
  all.push_back({"layers", "axes", Kind::integer, "2", at_least(1, 64), {}, "1",
                 "Layers L of multilayer-attention."});
  all.push_back({"hidden", "axes", Kind::integer, "24", at_least(1, 4096), {}, "1",
                 "Hidden units of the feed-forward part of transformer-layer."});
  all.push_back({"residual", "axes", Kind::flag, "false", {}, {}, "1",
                 "Residual connections around attention and feed-forward part of transformer-layer."});
  all.push_back({"weight_scale", "axes", Kind::real, "1", at_least(0, 1e10), {}, "1",
                 "Gaussian start: entries of a matrix with n columns have standard deviation weight_scale / sqrt(n), those of a bias weight_scale."});
}

void declare_modifications(std::vector<ParameterDeclaration>& all) {
  all.push_back({"alpha", "axes", Kind::real, "0", {-1e10, 1e10, false, false}, {}, "1",
                 "Regularised attention: values of query tokens are multiplied by 1 - alpha."});
  all.push_back({"value_map", "axes", Kind::name, "identity", {}, token_maps, "1",
                 "Augmented attention: the map g1 of values; gelu is exact, mlp a trained A_2 gelu(A_1 z)."});
  all.push_back({"key_map", "axes", Kind::name, "identity", {}, token_maps, "1",
                 "Augmented attention: the map g2 of keys."});
  all.push_back({"beta", "axes", Kind::real, "0", {-1e10, 1e10, false, false}, {}, "1",
                 "Negative samples: a demonstration's value loses beta times the mean value of its negatives."});
  all.push_back({"negatives", "axes", Kind::real, "0.2", {0, 1, true, false}, {}, "1",
                 "Share r of the demonstrations that are negatives of each: the larger of 1 and floor(r N), at most N - 1."});
  all.push_back({"negative_rule", "axes", Kind::name, "lowest-score", {}, {"lowest-score", "lowest-query-score"}, "1",
                 "Which are the negatives: the other demonstrations with the lowest scores for the demonstration itself, or for the token whose output is computed."});
}

void declare_samples(std::vector<ParameterDeclaration>& all) {
  all.push_back({"prompts", "empirical", Kind::integer, "2000", at_least(1, 1e9), {}, "prompts",
                 "Training prompts of in-context regression."});
  all.push_back({"test_prompts", "empirical", Kind::integer, "500", at_least(0, 1e9), {}, "prompts",
                 "Fresh prompts for the test risk at every record, at each of four lengths; 0: none."});
  all.push_back({"check_prompts", "empirical", Kind::integer, "4", at_least(1, 1e6), {}, "prompts",
                 "Fresh prompts on which theorems compare the layer with its dual model."});
  all.push_back({"eta", "axes", Kind::real, "1", {1e-100, 1e100, false, false}, {}, "1",
                 "Learning rate of the dual model's gradient step."});
  all.push_back({"features", "axes", Kind::integer, "1024", at_least(1, 1048576), {}, "1",
                 "Positive random features d_r of the finite dual model."});
  all.push_back({"feature_draws", "axes", Kind::integer, "100", at_least(32, 1e6), {}, "1",
                 "Independent draws of the features for each check prompt."});
  all.push_back({"population", "axes", Kind::integer, "1000", at_least(2, 20000), {}, "tokens",
                 "Size of the finite token population from which demonstrations are drawn with replacement."});
  all.push_back({"draws", "axes", Kind::integer, "2000", at_least(2, 1e7), {}, "1",
                 "Samples of demonstrations drawn from the population."});
  all.push_back({"delta", "axes", Kind::real, "0.05", {0, 1, true, true}, {}, "1",
                 "The generalisation bounds hold with probability 1 - delta."});
  all.push_back({"kappa", "axes", Kind::real, "1", {0, 20, true, false}, {}, "1",
                 "Largest norm of a key in the population: its tokens' keys are scaled to it."});
  all.push_back({"class_norm", "axes", Kind::real, "1", {1e-100, 1e100, false, false}, {}, "1",
                 "Norm w of the class of dual models, ||W||_F <= w."});
}
// clang-format on

// Laws without lists and tables, which belong to the law of the tokens.
std::vector<std::string> task_laws() {
  std::vector<std::string> names;
  for (const auto& family : distribution::families())
    if (std::ranges::none_of(family.parameters,
                             [](const auto& parameter) { return parameter.list || parameter.key == "rows"; }))
      names.push_back(family.name);
  return names;
}

Rule used_by(const std::vector<ParameterDeclaration>& all, std::string model) {
  return named(position(all, "model"), {std::move(model)});
}

Rule not_zero(std::size_t parameter) {
  return [parameter](std::span<const Value> values) {
    const auto* value = std::get_if<double>(&values[parameter]);
    return value != nullptr && *value != 0;
  };
}

}  // namespace

// clang-format off
void declare_task(std::vector<ParameterDeclaration>& all) {
  all.push_back({"task", "axes", Kind::name, "regression", {}, {"regression", "tokens"}, "1",
                 "regression: prompts of (x, w.x + noise), the last query's label to be predicted; tokens: independent tokens of the law, no training: theorems look at the random start."});
  all.push_back({"task_distribution", "axes", Kind::name, "gaussian", {}, task_laws(), "1",
                 "Law of the vector w of in-context regression."});
  all.push_back({"task_scale", "axes", Kind::real, "1", scale_bounds, {}, "w", "Scale of the law of w."});
}

void declare_attention(std::vector<ParameterDeclaration>& all) {
  declare_shape(all);
  declare_modifications(all);
  all.push_back({"noise", "axes", Kind::real, "0", at_least(0, 1e10), {}, "y",
                 "Standard deviation of Gaussian noise on the demonstrations' labels; the label to be predicted has none."});
  declare_samples(all);
}
// clang-format on

void add_attention_rules(const std::vector<ParameterDeclaration>& all, std::vector<Rule>& rules) {
  const auto at = [&all](std::string_view key) { return position(all, key); };
  const Rule attention = named(at("model"), attention_models);
  const Rule regression = both(attention, named(at("task"), {"regression"}));
  const Rule tokens = named(at("task"), {"tokens"});
  for (const char* key : {"task", "demonstrations", "queries", "width", "weight_scale", "alpha", "value_map",
                          "key_map", "beta", "check_prompts", "eta"})
    rules[at(key)] = attention;
  for (const char* key : {"features", "feature_draws"}) rules[at(key)] = used_by(all, "softmax-attention");
  rules[at("layers")] = used_by(all, "multilayer-attention");
  for (const char* key : {"hidden", "residual"}) rules[at(key)] = used_by(all, "transformer-layer");
  for (const char* key : {"negatives", "negative_rule"})
    rules[at(key)] = both(attention, not_zero(at("beta")));
  for (const char* key : {"task_distribution", "noise", "prompts", "test_prompts"})
    rules[at(key)] = regression;
  for (const char* key : {"population", "draws", "delta", "kappa", "class_norm"})
    rules[at(key)] = both(tokens, used_by(all, "softmax-attention"));
}

std::pair<std::size_t, std::string> attention_fault(const std::vector<ParameterDeclaration>& all,
                                                    std::span<const Value> values) {
  const auto at = [&all](std::string_view key) { return position(all, key); };
  const auto integer = [&](std::string_view key) {
    const auto* value = std::get_if<std::int64_t>(&values[at(key)]);
    return value != nullptr ? *value : 0;
  };
  if (named(at("task"), {"regression"})(values) && integer("dimension") < 2)
    return {at("dimension"), "dimension >= 2 where task = regression: a token is (x, y)"};
  if (not_zero(at("beta"))(values) && integer("demonstrations") < 2)
    return {at("demonstrations"), "demonstrations >= 2 where beta is not 0"};
  if (integer("residual") != 0 && integer("width") != 0 && integer("width") != integer("dimension"))
    return {at("width"), "0 or equal to dimension where residual = true"};
  return {0, ""};
}

}  // namespace flowsweep::experiment

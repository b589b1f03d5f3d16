#include "theory/feature_check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "dual/feature_errors.hpp"
#include "theory/attention_check.hpp"

namespace flowsweep::theory {
namespace {

// Prompts have draws of their own: variances add.
void add(FeatureError& sum, const dual::MeanError& of_prompt, double share) {
  sum.mean += share * of_prompt.mean;
  sum.standard_error = std::hypot(sum.standard_error, share * of_prompt.standard_error);
}

FeatureErrorSet errors_at(int features, int draws, std::span<const dual::DualIngredients> finite,
                          CounterRng& rng) {
  FeatureErrorSet set{};
  const double share = 1 / static_cast<double>(finite.size());
  for (const dual::DualIngredients& model : finite) {
    const dual::FeatureErrors errors = feature_errors(model, features, draws, rng);
    add(set.exact, errors.exact, share);
    add(set.estimated, errors.estimated, share);
    add(set.attention, errors.attention, share);
  }
  return set;
}

double worst(double first, double second, bool largest) {
  if (std::isnan(first) || std::isnan(second)) return std::numeric_limits<double>::quiet_NaN();
  return largest ? std::max(first, second) : std::min(first, second);
}

void add_constants(FeatureCheck& check, const dual::FeatureConstants& of_prompt, double share) {
  check.exact += share * of_prompt.exact;
  check.estimated += share * of_prompt.estimated;
  check.attention += share * of_prompt.attention;
  check.largest_squared_sum = worst(check.largest_squared_sum, of_prompt.largest_squared_sum, true);
  check.reach = worst(check.reach, of_prompt.squared_output / of_prompt.estimated, false);
}

void append(const FeatureErrorSet& set, std::vector<double>& row) {
  for (const FeatureError& error : {set.exact, set.estimated, set.attention})
    row.insert(row.end(), {error.mean, error.standard_error});
}

FeatureErrorSet errors_of(std::span<const double> row) {
  return {{row[0], row[1]}, {row[2], row[3]}, {row[4], row[5]}};
}

void declare_errors(std::vector<record::Quantity>& all, const std::string& prefix,
                    const std::string& features) {
  const auto add_pair = [&](const std::string& name, const std::string& meaning) {
    all.push_back({prefix + name, "1", "mean " + meaning + " with " + features + " features"});
    all.push_back({prefix + name + "_deviation", "1", "its standard error"});
  };
  add_pair("exact_error", "||h^ - h'||^2, exact normaliser,");
  add_pair("estimated_error", "||h^ - h'||^2, normaliser from the same features,");
  add_pair("attention_error", "||a^ - a||^2, normaliser from the same features,");
}

}  // namespace

std::vector<dual::DualIngredients> check_duals(const Run& run) {
  const AttentionChecker& checker = run.attention_checker();
  const std::vector<double>& weights = run.record.weights;
  std::vector<dual::DualIngredients> duals;
  for (const Eigen::MatrixXd& tokens : checker.prompts()) {
    const CheckedPrompt prompt = checker.forward(weights, tokens);
    const dual::LayerTokens layer = dual::layer_tokens(checker.setting().shape, weights, 0, tokens);
    duals.push_back(checker.dual_of(prompt, layer, 0, prompt.last_column()));
  }
  return duals;
}

int few_features(int features) {
  return std::max(1, features / 4);
}

FeatureCheck feature_check(const sweep::Point& point, std::span<const dual::DualIngredients> duals,
                           std::span<const dual::DualIngredients> finite) {
  FeatureCheck check;
  check.reach = std::numeric_limits<double>::infinity();
  const double share = 1 / static_cast<double>(duals.size());
  for (const dual::DualIngredients& model : duals) add_constants(check, feature_constants(model), share);
  const auto features = static_cast<int>(point.integer("features"));
  check.features = features;
  const auto draws = static_cast<int>(point.integer("feature_draws"));
  CounterRng rng(point.id(), Stream::random_features);
  check.few = errors_at(few_features(features), draws, finite, rng);
  check.many = errors_at(features, draws, finite, rng);
  return check;
}

std::vector<record::Quantity> feature_quantities() {
  std::vector<record::Quantity> all = {
      {"exact_constant", "1", "C_D: E||h^ - h'||^2 d_r with the exact normaliser, mean over prompts"},
      {"estimated_constant", "1",
       "C_S: limit of E||h^ - h'||^2 d_r with the normaliser from the same features"},
      {"attention_constant", "1",
       "C_A: limit of E||a^ - a||^2 d_r with the normaliser from the same features"},
      {"largest_squared_sum", "1", "largest ||q + k_i||^2 over tokens and prompts"},
      {"reach", "1", "least ||h'||^2 / C_S over prompts"}};
  declare_errors(all, "few_", "d_r/4");
  declare_errors(all, "", "d_r");
  all.push_back({"slope", "1", "of log RMSE against log d_r, d_r/4 to d_r, exact normaliser"});
  all.push_back({"own_slope", "1", "the same with the normaliser from the same features"});
  return all;
}

std::vector<double> measurements_of(const FeatureCheck& check) {
  std::vector<double> row = {check.exact, check.estimated, check.attention, check.largest_squared_sum,
                             check.reach};
  append(check.few, row);
  append(check.many, row);
  const double span = 2 * std::log(static_cast<double>(check.features) / few_features(check.features));
  row.push_back(std::log(check.many.exact.mean / check.few.exact.mean) / span);
  row.push_back(std::log(check.many.estimated.mean / check.few.estimated.mean) / span);
  return row;
}

FeatureCheck feature_check_of(std::span<const double> measured) {
  return {measured[0],
          measured[1],
          measured[2],
          measured[3],
          measured[4],
          errors_of(measured.subspan(5, 6)),
          errors_of(measured.subspan(11, 6)),
          0};
}

double feature_seconds(const sweep::Point& point) {
  constexpr double normal = 15e-9, exponential = 8e-9, multiply_add = 0.3e-9;  // seconds
  const AttentionSetting setting = attention_setting(point);
  const double d = setting.shape.width, tokens = setting.demonstrations + setting.queries;
  const auto features = static_cast<int>(point.integer("features"));
  const auto sets = static_cast<double>(point.integer("check_prompts") * point.integer("feature_draws"));
  return sets * (features + few_features(features)) *
         (normal * d + tokens * (exponential + 6 * multiply_add * d));
}

}  // namespace flowsweep::theory

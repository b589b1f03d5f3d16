#include "theory/attention_check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "theory/attention_envelope.hpp"

namespace flowsweep::theory {
namespace {

using Weights = std::span<const double>;

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double least_tolerance = 1e-12;
constexpr double rounding = 16 * 0x1p-52;

// Least |z| / envelope over the hidden units that the prompt reaches.
double least_activation(const Eigen::VectorXd& hidden, const Eigen::VectorXd& envelope) {
  double least = 1;
  for (Eigen::Index i = 0; i < hidden.size(); ++i)
    if (envelope[i] != 0) least = std::min(least, std::abs(hidden[i]) / envelope[i]);
  return least;
}

/// The comparisons of one prompt.
class PromptCheck {
 public:
  PromptCheck(const AttentionChecker& checker, const CheckedPrompt& prompt, Weights weights)
      : checker_(checker), shape_(checker.setting().shape), prompt_(prompt), weights_(weights) {}

  void add_to(DualCheck& check) {
    for (int layer = 0; layer < shape_.layers; ++layer) compare_layer(layer, check);
  }

 private:
  const model::AttentionLayerTrace& trace(int layer) const {
    return prompt_.trace.layers[static_cast<std::size_t>(layer)];
  }

  Eigen::VectorXd envelope(const LayerEnvelope& of, int layer, int column) const {
    return output_envelope(shape_.modifications, trace(layer), of, checker_.setting().demonstrations, column,
                           prompt_.negatives(layer, column));
  }

  void compare_layer(int layer, DualCheck& check) {
    const dual::LayerTokens tokens = dual::layer_tokens(shape_, weights_, layer, trace(layer).tokens);
    const LayerEnvelope sizes = layer_envelope(shape_, weights_, layer, trace(layer).tokens);
    const int last = prompt_.last_column();
    for (int column = shape_.layers == 1 ? last : 0; column <= last; ++column) {
      const dual::DualIngredients dual = checker_.dual_of(prompt_, tokens, layer, column);
      const Eigen::VectorXd size = envelope(sizes, layer, column);
      const double distance = shape_.hidden > 0 ? feed_forward_distance(dual, size, check)
                                                : relative_distance(checker_.predict(dual),
                                                                    trace(layer).outputs.col(column), size);
      check.add(distance, dual_tolerance(score_envelope(sizes, column)));
    }
  }

  double feed_forward_distance(const dual::DualIngredients& attention, const Eigen::VectorXd& size,
                               DualCheck& check) const {
    const Eigen::VectorXd& hidden = prompt_.trace.hidden;
    const Eigen::VectorXd pattern = (hidden.array() > 0).cast<double>();
    const Eigen::VectorXd token = prompt_.tokens.rightCols(1);
    const FeedForwardEnvelope after = feed_forward_envelope(shape_, weights_, size, pattern, token);
    const bool dead = size.norm() == 0 || (pattern.isZero(0) && !shape_.residual);
    check.live += dead ? 0 : 1 / static_cast<double>(checker_.prompts().size());
    check.pattern = std::min(check.pattern, least_activation(hidden, after.hidden));
    return relative_distance(
        checker_.predict(dual::with_feed_forward(attention, shape_, weights_, pattern, token)),
        prompt_.trace.output, after.output);
  }

  const AttentionChecker& checker_;
  const model::AttentionShape& shape_;
  const CheckedPrompt& prompt_;
  Weights weights_;
};

}  // namespace

double dual_tolerance(double score_envelope) {
  const double scaled = std::max(least_tolerance, rounding * score_envelope);
  return scaled < dual_resolution && !std::isnan(score_envelope) ? scaled : undefined;
}

double relative_distance(const Eigen::VectorXd& found, const Eigen::VectorXd& expected,
                         const Eigen::VectorXd& envelope) {
  const double size = envelope.norm();
  return std::isfinite(size) ? (found - expected).norm() / size : undefined;
}

void DualCheck::add(double distance, double rounding) {
  raise(largest_tolerance, rounding);
  const double found = distance / rounding;
  if (std::isnan(share) || found <= share) return;  // NaN stays
  share = found;
  error = distance;
  tolerance = rounding;
}

void raise(double& largest, double value) {
  if (std::isnan(value) || value > largest) largest = value;
}

CheckedPrompt::CheckedPrompt(const model::AttentionShape& shape, Weights weights,
                             const Eigen::MatrixXd& prompt_tokens, int demonstrations)
    : tokens(prompt_tokens), trace(model::attend(shape, weights, tokens, demonstrations)) {
  const model::Modifications& change = shape.modifications;
  // One set serves all columns, or only the last column is asked for.
  const bool one = change.negative_rule == model::NegativeRule::lowest_score || shape.layers == 1;
  for (const model::AttentionLayerTrace& layer : trace.layers) {
    negatives_.emplace_back();
    for (int column = one ? last_column() : 0; column <= last_column(); ++column)
      negatives_.back().push_back(
          model::negative_sets(change, layer.keys, layer.queries, demonstrations, column));
  }
}

const dual::NegativeSets& CheckedPrompt::negatives(int layer, int column) const {
  const auto& sets = negatives_[static_cast<std::size_t>(layer)];
  return sets.size() == 1 ? sets.front() : sets[static_cast<std::size_t>(column)];
}

AttentionChecker::AttentionChecker(const sweep::Point& point, DualAlteration alteration)
    : setting_(attention_setting(point)), rate_(point.real("eta")), alteration_(std::move(alteration)) {
  const model::Prompts drawn = check_prompts(point, setting_);
  const Eigen::Index length = setting_.demonstrations + setting_.queries;
  for (std::size_t p = 0; p < drawn.count(); ++p)
    prompts_.push_back(Eigen::Map<const Eigen::MatrixXd>(drawn.tokens.data() + p * drawn.tokens_of_one(),
                                                         setting_.shape.input, length));
}

dual::DualIngredients AttentionChecker::dual_of(const CheckedPrompt& prompt, const dual::LayerTokens& tokens,
                                                int layer, int column) const {
  return dual::dual_of_column(setting_.shape.modifications, tokens, setting_.demonstrations, column,
                              prompt.negatives(layer, column));
}

dual::DualModel AttentionChecker::model_of(dual::DualIngredients ingredients) const {
  ingredients.rate = rate_;
  if (alteration_) alteration_(ingredients);
  return dual::DualModel(std::move(ingredients));
}

Eigen::VectorXd AttentionChecker::predict(dual::DualIngredients ingredients) const {
  return dual::prediction_after_one_step(model_of(std::move(ingredients)));
}

DualCheck AttentionChecker::check(Weights weights) const {
  DualCheck result;
  for (const Eigen::MatrixXd& tokens : prompts_)
    PromptCheck(*this, forward(weights, tokens), weights).add_to(result);
  return result;
}

}  // namespace flowsweep::theory

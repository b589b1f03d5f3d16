#pragma once
#include <Eigen/Core>
#include <span>
#include <vector>

#include "dual/layer_dual.hpp"
#include "model/softmax_attention.hpp"
#include "sweep/grid.hpp"
#include "theory/attention_setting.hpp"
#include "theory/run.hpp"

namespace flowsweep::theory {

/// How near dual models come to the outputs of a forward pass (model::attend) on all prompts. A distance
/// || f - h' || is relative to the norm of the output's envelope (theory/attention_envelope.hpp), since h'
/// itself may be small where terms cancel. NaN where a weight, a score or an output is not finite, or the
/// envelope is 0.
struct DualCheck {
  double share = -1;     ///< largest distance over its tolerance, dual_tolerance() of score_envelope()
  double error = 0;      ///< the distance of that output
  double tolerance = 0;  ///< its tolerance
  double largest_tolerance = 0;  ///< of any output
  double live = 0;               ///< share of the prompts whose output depends on attention: W_F v is not 0
  double pattern = 1;  ///< least |z| of a hidden unit over its envelope; 1 without a feed-forward part

  /// Takes in one more output.
  void add(double distance, double rounding);
};

/// Relative tolerances that are not below it say nothing.
inline constexpr double dual_resolution = 1e-6;

/// max(1e-12, 16 x 2^-52 S): a score is wrong by a few roundings of its envelope S at most, and its
/// exponential by as much, relatively. NaN where that is not below dual_resolution.
double dual_tolerance(double score_envelope);

/// || found - expected || over the norm of the envelope, or NaN.
double relative_distance(const Eigen::VectorXd& found, const Eigen::VectorXd& expected,
                         const Eigen::VectorXd& envelope);

/// Makes `largest` the larger of the two; NaN is the largest of all.
void raise(double& largest, double value);

/// One prompt, its forward pass, and the negatives of every output in it.
class CheckedPrompt {
 public:
  /// `tokens` must outlive it.
  CheckedPrompt(const model::AttentionShape& shape, std::span<const double> weights,
                const Eigen::MatrixXd& tokens, int demonstrations);

  /// N(i) for the output of token `column` of a layer; of one layer, of the last token only.
  const dual::NegativeSets& negatives(int layer, int column) const;
  int last_column() const { return static_cast<int>(tokens.cols()) - 1; }

  const Eigen::MatrixXd& tokens;
  const model::AttentionTrace trace;

 private:
  std::vector<std::vector<dual::NegativeSets>>
      negatives_;  ///< [layer][column], or [layer][0] for all columns
};

/// Compares dual models with forward passes on a point's check prompts.
class AttentionChecker {
 public:
  explicit AttentionChecker(const sweep::Point& point, DualAlteration alteration = {});

  /// Several layers: the output of every token of each. One layer: that of the last query token, behind the
  /// feed-forward part if there is one, whose activation pattern S is read off the forward pass.
  DualCheck check(std::span<const double> weights) const;

  const AttentionSetting& setting() const { return setting_; }
  double rate() const { return rate_; }

  const std::vector<Eigen::MatrixXd>& prompts() const { return prompts_; }

  /// A forward pass of a prompt, which must outlive it.
  CheckedPrompt forward(std::span<const double> weights, const Eigen::MatrixXd& tokens) const {
    return {setting_.shape, weights, tokens, setting_.demonstrations};
  }

  /// What the dual of one attention output is made of, before any alteration, and with eta = 1.
  dual::DualIngredients dual_of(const CheckedPrompt& prompt, const dual::LayerTokens& tokens, int layer,
                                int column) const;
  /// The dual model with the point's eta, altered.
  dual::DualModel model_of(dual::DualIngredients ingredients) const;
  /// Its prediction after one step.
  Eigen::VectorXd predict(dual::DualIngredients ingredients) const;

 private:
  AttentionSetting setting_;
  double rate_;
  DualAlteration alteration_;
  std::vector<Eigen::MatrixXd> prompts_;
};

}  // namespace flowsweep::theory

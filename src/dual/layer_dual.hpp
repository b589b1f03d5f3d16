#pragma once
#include <Eigen/Core>
#include <functional>
#include <span>
#include <vector>

#include "dual/dual_model.hpp"
#include "model/attention_shape.hpp"

namespace flowsweep::dual {

/// Inputs and targets that one attention layer gives its tokens, computed from the weights alone and not from
/// a forward pass. Columns are tokens, demonstrations first.
struct LayerTokens {
  Eigen::MatrixXd keys;     ///< k = d_o^{-1/4} g2(W_K h): d_o x (N+T)
  Eigen::MatrixXd queries;  ///< q = d_o^{-1/4} W_Q h
  Eigen::MatrixXd values;   ///< g1(W_V h), without alpha and negatives
};

/// N(i) of each demonstration i, or nothing where there are none.
using NegativeSets = std::vector<std::vector<int>>;

/// `tokens` is columns(layer) x (N+T). Throws std::invalid_argument for a shape, layer or tokens that do not
/// fit.
LayerTokens layer_tokens(const model::AttentionShape& shape, std::span<const double> weights, int layer,
                         const Eigen::MatrixXd& tokens);

/// The dual model's ingredients for the output of token `column` of a layer, eta = 1, b = 0: training pairs
/// (k_i, v_i - (beta / |N(i)|) sum_{j in N(i)} v_j), D = sum_j exp(k_j . q) over all N + T tokens,
/// W_0 = (1/D) sum_j v'_j phi(k'_j)^T over the T query tokens, and alpha. (Equivalence after Ren & Liu 2024;
/// formulas derived.) The identity holds for any N(i). Throws std::invalid_argument where numbers do not fit.
DualIngredients dual_of_column(const model::Modifications& modifications, const LayerTokens& tokens,
                               int demonstrations, int column, const NegativeSets& negatives);

/// layer_tokens and dual_of_column.
DualIngredients dual_of_layer(const model::AttentionShape& shape, std::span<const double> weights, int layer,
                              const Eigen::MatrixXd& tokens, int demonstrations, int column,
                              const NegativeSets& negatives);

/// S, the diagonal 1[z > 0] of the feed-forward part at attention output h' of the last query token x':
/// z = W_1 h' + b_1, with residual connections W_1 (h' + x') + b_1. One entry a row of W_1, 0 or 1.
Eigen::VectorXd activation_pattern(const model::AttentionShape& shape, std::span<const double> weights,
                                   const Eigen::VectorXd& attention_output,
                                   const Eigen::VectorXd& last_token);

/// The dual of attention and feed-forward part together, on the condition that S is the activation pattern of
/// the final output (derived): values W_F v, in W_0 too, and bias b_F;
///     W_F = W_2 S W_1, b_F = W_2 S b_1 + b_2,   or with residual connections
///     W_F = I + W_2 S W_1, b_F = W_2 S (W_1 x' + b_1) + b_2 + x'.
DualIngredients with_feed_forward(DualIngredients attention, const model::AttentionShape& shape,
                                  std::span<const double> weights, const Eigen::VectorXd& pattern,
                                  const Eigen::VectorXd& last_token);

/// The N(i) that belong to an output: (layer, column) -> sets.
using NegativesOf = std::function<NegativeSets(int layer, int column)>;

/// What duals alone make of a prompt: one a token and layer, each fed with the predictions of the layer
/// below.
struct LayeredPrediction {
  std::vector<Eigen::MatrixXd> outputs;  ///< of each attention layer, d_o x (N+T)
  Eigen::VectorXd pattern;               ///< S; empty without a feed-forward part
  Eigen::VectorXd output;                ///< of the last query token, d_o
};

/// Every dual takes one step of rate `rate` from its W_0. With a feed-forward part S is that of the duals'
/// own attention output, and `output` is the prediction of the dual with W_F and b_F.
LayeredPrediction predict_through_layers(const model::AttentionShape& shape, std::span<const double> weights,
                                         const Eigen::MatrixXd& tokens, int demonstrations,
                                         const NegativesOf& negatives, double rate = 1);

}  // namespace flowsweep::dual

#pragma once
#include <Eigen/Core>
#include <span>

#include "dual/layer_dual.hpp"
#include "model/attention_shape.hpp"
#include "model/softmax_attention.hpp"

namespace flowsweep::theory {

/// Sums of absolute products behind what one layer makes of its tokens: what rounding is relative to, however
/// much cancels. A map g counts as its Lipschitz bound (derived).
struct LayerEnvelope {
  Eigen::MatrixXd values;   ///< of g1(W_V h): d_o x (N+T)
  Eigen::MatrixXd keys;     ///< of g2(W_K h)
  Eigen::MatrixXd queries;  ///< of W_Q h
};

/// `tokens` as for dual::layer_tokens.
LayerEnvelope layer_envelope(const model::AttentionShape& shape, std::span<const double> weights, int layer,
                             const Eigen::MatrixXd& tokens);

/// Largest envelope of a score, max_i |k_i| . |q| / sqrt(d_o), for the output of token `column`: an error of
/// a score is at most a small multiple of 2^-52 of it, and becomes a relative error of an exponential.
double score_envelope(const LayerEnvelope& envelope, int column);

/// sum_i a_i |v~_i| for the output of token `column`, with the envelopes of the values; a query token counts
/// 1 + |alpha| times, and the negatives of a demonstration add to it.
Eigen::VectorXd output_envelope(const model::Modifications& modifications,
                                const model::AttentionLayerTrace& layer, const LayerEnvelope& envelope,
                                int demonstrations, int column, const dual::NegativeSets& negatives);

/// Envelopes of what follows attention, from the envelope e of its output and the last query token x':
struct FeedForwardEnvelope {
  Eigen::VectorXd hidden;  ///< |W_1| u + |b_1|, u = e or, with residual connections, e + |x'|
  Eigen::VectorXd output;  ///< |W_2| S hidden + |b_2|, with residual connections + u
};
FeedForwardEnvelope feed_forward_envelope(const model::AttentionShape& shape, std::span<const double> weights,
                                          const Eigen::VectorXd& attention, const Eigen::VectorXd& pattern,
                                          const Eigen::VectorXd& last_token);

}  // namespace flowsweep::theory

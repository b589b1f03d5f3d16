#pragma once
#include <Eigen/Core>
#include <span>
#include <vector>

#include "model/attention_shape.hpp"

namespace flowsweep::model {

/// What one layer computes on one prompt; columns are tokens, demonstrations first.
struct AttentionLayerTrace {
  Eigen::MatrixXd tokens;   ///< h of the layer before: columns(layer) x (N+T)
  Eigen::MatrixXd keys;     ///< g2(W_K h), not scaled: d_o x (N+T)
  Eigen::MatrixXd queries;  ///< W_Q h, not scaled
  Eigen::MatrixXd values;   ///< g1(W_V h), before alpha and negatives
  Eigen::MatrixXd weights;  ///< softmax weights, (N+T) x (N+T): column j belongs to output j
  Eigen::MatrixXd outputs;  ///< h': d_o x (N+T)
};

/// A forward pass of one prompt.
struct AttentionTrace {
  std::vector<AttentionLayerTrace> layers;
  Eigen::VectorXd hidden;  ///< W_1 u + b_1, before ReLU; empty without a feed-forward part
  Eigen::VectorXd output;  ///< of the last query token, d_o
};

/// The negatives N(i), i = 0 .. N-1, each sorted, of the output of token `column`, from a layer's keys and
/// queries: a pure function of their bits. Empty if beta = 0 or N < 2.
std::vector<std::vector<int>> negative_sets(const Modifications& modifications, const Eigen::MatrixXd& keys,
                                            const Eigen::MatrixXd& queries, int demonstrations, int column);

/// The reference: one prompt, any shape, plain loops and Eigen; `tokens` is d_i x (N+T). Softmax is taken
/// after subtracting the largest score. Non-finite weights give a non-finite output. Throws
/// std::invalid_argument where shapes do not fit, N < 1 or T < 1.
AttentionTrace attend(const AttentionShape& shape, std::span<const double> weights,
                      const Eigen::MatrixXd& tokens, int demonstrations);

}  // namespace flowsweep::model

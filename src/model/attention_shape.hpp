#pragma once
#include <cstddef>
#include <vector>

#include "model/token_map.hpp"

namespace flowsweep::model {

/// Which demonstrations are the negatives N(i) of demonstration i: those j != i with the lowest scores
/// k_j . q, where q is the query of token i itself (lowest_score) or of the token whose output is computed
/// (lowest_query_score). Equal scores: the lower index.
enum class NegativeRule { lowest_score, lowest_query_score };

/// Changes of plain softmax attention that its dual model suggests (after Ren & Liu 2024); they combine.
struct Modifications {
  double alpha = 0;                         ///< regularised: values of query tokens times 1 - alpha
  TokenMap value_map = TokenMap::identity;  ///< g1 in augmented attention
  TokenMap key_map = TokenMap::identity;    ///< g2
  double beta = 0;         ///< negative samples: v_i - beta / |N(i)| sum_{j in N(i)} v_j; 0: none
  double negatives = 0.2;  ///< r in (0, 1]: |N(i)| = max(1, floor(r N)), at most N - 1
  NegativeRule negative_rule = NegativeRule::lowest_score;

  bool operator==(const Modifications&) const = default;
};

/// Softmax attention on N demonstration tokens x_1 .. x_N and T query tokens x_{N+1} .. x_{N+T} in R^{d_i}
/// (after Ren & Liu 2024). A layer maps token h_j in R^{d} (d = d_i in the first layer, d_o in later ones) to
///
///     h'_j = sum_i v~_i softmax_i( g2(W_K h_i) . W_Q h_j / sqrt(d_o) ),   i over all N + T tokens,
///
/// v~_i = g1(W_V h_i) but for the modifications above. One layer: the output is h' of the last query token.
/// Several layers: every token is mapped by each layer. With hidden > 0 a feed-forward part follows,
///
///     out = W_2 ReLU(W_1 h' + b_1) + b_2,   or, with residual connections (d_o = d_i),
///     out = u + W_2 ReLU(W_1 u + b_1) + b_2,   u = h' + x',  x' the last query token.
struct AttentionShape {
  int input = 1;          ///< d_i
  int width = 1;          ///< d_o
  int layers = 1;         ///< L
  int hidden = 0;         ///< d_h, rows of W_1; 0: no feed-forward part
  bool residual = false;  ///< only with hidden > 0 and input == width
  Modifications modifications;

  bool operator==(const AttentionShape&) const = default;
};

/// Where a layer's matrices start in the flat weights; all row-major. `columns` = d_i or d_o. Offsets of maps
/// that are not mlp are not used.
struct AttentionLayerLayout {
  int columns;
  std::size_t query, key, value;  ///< W_Q, W_K, W_V in R^{d_o x columns}
  std::size_t key_map[2];         ///< A_1, A_2 of g2
  std::size_t value_map[2];       ///< A_1, A_2 of g1
};

/// |N(i)| among N demonstrations: 0 without negatives (beta = 0 or N = 1), else max(1, floor(r N)), at most N
/// - 1. A product r N below an integer by rounding alone counts as that integer.
int negative_count(const Modifications& modifications, int demonstrations);

/// Flat weights: for each layer W_Q, W_K, W_V, then A_1, A_2 of g2 where it is mlp, then those of g1; last
/// W_1 (d_h x d_o), b_1, W_2 (d_o x d_h), b_2.
struct AttentionLayout {
  std::vector<AttentionLayerLayout> layers;
  std::size_t inner, inner_bias, outer, outer_bias;  ///< W_1, b_1, W_2, b_2
  std::size_t size;                                  ///< number of weights
};

/// Throws std::invalid_argument for a shape that is none: a size below 1 (hidden below 0), residual
/// connections without their conditions, alpha or beta not finite, r outside (0, 1].
AttentionLayout layout_of(const AttentionShape& shape);

}  // namespace flowsweep::model

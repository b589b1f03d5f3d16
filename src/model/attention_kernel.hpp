#pragma once
// Plain data only: this header is also read by translation units compiled for AVX, which must not emit shared
// code.
#include "model/token_map.hpp"

namespace flowsweep::model {

/// One layer as the kernels compute it. Offsets are into the prepared weights (model/prepared_attention.hpp);
/// all matrices are row-major.
struct KernelLayer {
  int columns;        ///< entries of a token
  int outputs;        ///< tokens that are mapped: all N + T, or the last one alone
  int values;         ///< rows of the values that are needed: d_o, or the last one alone
  bool mix_first;     ///< sum tokens before W_V is applied, instead of values after it
  long score;         ///< U: the scores are (key or token)_i . U token_j
  long key;           ///< W_K; used only with a key map
  long value;         ///< the first row of W_V that is needed
  long key_map[2];    ///< A_1, A_2 where the map is mlp
  long value_map[2];  ///< A_1, and the first row of A_2 that is needed
};

/// What the kernels compute for a block of prompts: the last coordinate of the output at the last query
/// token.
struct AttentionForm {
  int width;           ///< d_o
  int layers;          ///< length of `layer`
  int hidden;          ///< d_h, or 0
  bool residual;       ///< residual connections
  int demonstrations;  ///< N
  int tokens;          ///< N + T
  TokenMap key_map, value_map;
  double alpha, beta;
  int negatives;           ///< |N(i)|, or 0
  bool query_rule;         ///< NegativeRule::lowest_query_score
  long inner, inner_bias;  ///< W_1, b_1
  long outer, outer_bias;  ///< last row of W_2, last entry of b_2
  long size;               ///< number of prepared weights
  const KernelLayer* layer;
};

/// Where a block of prompts, one a vector lane, is read and worked on. Pointers to lanes are aligned to the
/// vector size.
struct AttentionBlock {
  const double* weights;  ///< [form.size]
  const double* tokens;   ///< [N + T][d_i][lanes]
  double* workspace;      ///< [workspace_vectors(form)][lanes]: written by forward, read by backward
};

/// Forward pass and vector-Jacobian product, compiled for one instruction set.
struct AttentionKernel {
  int lanes;  ///< prompts a block
  long (*workspace_vectors)(const AttentionForm& form);
  /// Writes the output's last coordinate, [lanes].
  void (*forward)(const AttentionForm& form, const AttentionBlock& block, double* output);
  /// Adds to sums, [form.size][lanes], the derivative of output . cotangent ([lanes]) with respect to the
  /// prepared weights, after `forward` on the same block. The choice of negatives is held fixed, ReLU has
  /// derivative 0 at 0.
  void (*backward)(const AttentionForm& form, const AttentionBlock& block, const double* cotangent,
                   double* sums);
};

#define FLOWSWEEP_DECLARE_KERNEL(set) \
  namespace set {                     \
  AttentionKernel attention_kernel(); \
  }
FLOWSWEEP_DECLARE_KERNEL(baseline)
FLOWSWEEP_DECLARE_KERNEL(avx2)
FLOWSWEEP_DECLARE_KERNEL(avx512)
#undef FLOWSWEEP_DECLARE_KERNEL

}  // namespace flowsweep::model

#pragma once
#include "core/rng.hpp"
#include "dual/dual_model.hpp"
#include "dual/mean_error.hpp"

namespace flowsweep::dual {

/// Constants of the mean squared error of d_r random features (derived), with a_i the softmax weights, v_i
/// the values as they enter the output, h' = sum_i a_i v_i, E_ij = exp((q + k_i) . (q + k_j)); i, j over all
/// N + T tokens.
struct FeatureConstants {
  double exact;      ///< C_D = sum_ij a_i a_j v_i . v_j (E_ij - 1): E||h^ - h'||^2 = C_D / d_r for every d_r
  double estimated;  ///< C_S = sum_ij a_i a_j (v_i - h') . (v_j - h') E_ij: C_S / d_r + o(1 / d_r)
  double attention;  ///< C_S of the weights a themselves: (e_i - a) . (e_j - a) in place of the values
  double squared_output;       ///< ||h'||^2, without bias
  double largest_squared_sum;  ///< max_i ||q + k_i||^2: E_ii = exp of it, the tail of the estimate
};

/// Exact double sums, (N+T)^2 exponentials.
FeatureConstants feature_constants(const DualIngredients& ingredients);

/// Mean squared errors of the finite model after one step from its W_0, over draws of the features.
struct FeatureErrors {
  MeanError exact;      ///< ||h^ - h'||^2 with the exact normaliser
  MeanError estimated;  ///< with the normaliser from the same features
  MeanError attention;  ///< ||a^ - a||^2 with the normaliser from the same features
};

/// `draws` >= 2 sets of `features` random features each, one after the other from `rng`. Costs about
/// draws x features x (d normal numbers + (N+T+1) exponentials + 4 (N+T+1) (d + d_o) operations).
/// Throws std::invalid_argument for fewer draws or features.
FeatureErrors feature_errors(const DualIngredients& ingredients, int features, int draws, CounterRng& rng);

}  // namespace flowsweep::dual

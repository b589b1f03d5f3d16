#pragma once
#include <span>
#include <vector>

#include "dual/dual_model.hpp"
#include "record/record.hpp"
#include "sweep/grid.hpp"
#include "theory/run.hpp"

namespace flowsweep::theory {

/// The dual of the layer's output on each of the point's check prompts, at the final weights.
std::vector<dual::DualIngredients> check_duals(const Run& run);

/// A squared error of the finite model, as the theorem measures it: mean over prompts and draws.
struct FeatureError {
  double mean, standard_error;
};

/// Errors at one number of features.
struct FeatureErrorSet {
  FeatureError exact, estimated, attention;
};

/// What dual.random-features measures: constants of the laws, as means over prompts, and errors at d_r and at
/// a quarter of it.
struct FeatureCheck {
  double exact = 0, estimated = 0, attention = 0;  ///< C_D, C_S and C_S of the attention weights
  double largest_squared_sum = 0;                  ///< largest ||q + k_i||^2
  double reach = 0;                                ///< least ||h'||^2 / C_S of a prompt
  FeatureErrorSet few, many;                       ///< at few_features(d_r), at d_r
  int features = 0;                                ///< d_r
};

/// max(1, floor(d_r / 4)).
int few_features(int features);

/// `finite`: what the finite models are made of; those of the theorem are the same as `duals`.
FeatureCheck feature_check(const sweep::Point& point, std::span<const dual::DualIngredients> duals,
                           std::span<const dual::DualIngredients> finite);

/// The check as a row of measurements, and back.
std::vector<record::Quantity> feature_quantities();
std::vector<double> measurements_of(const FeatureCheck& check);
FeatureCheck feature_check_of(std::span<const double> measured);

/// Predicted seconds.
double feature_seconds(const sweep::Point& point);

}  // namespace flowsweep::theory

#pragma once
#include <cstdint>
#include <span>

#include "model/linear_attention.hpp"
#include "theory/fresh_sequences.hpp"

namespace flowsweep::theory {

/// E_W[ yhat_{t,j} / x_{t+1,j} | v ], its real part (derived): B_jj [A_jj v_j^2 + sum_{l != j} A_lj v_l v_j /
/// (t-1)], whatever the other blocks are. Over v the raw ratio has no mean unless A and B are diagonal: it
/// holds terms v_k / v_j.
double expected_ratio(const model::LinearAttention& layer, std::span<const double> v, std::size_t j,
                      double t);

/// A sampled number and its standard error.
struct Estimate {
  double value, error;
};

/// Ratios of prediction to truth on fresh sequences at step t.
struct SampledRatios {
  Estimate mean;  ///< of E_W[ratio | v] over v and j
  /// sum Re <x_{t+1}, yhat_t> / sum ||x_{t+1}||^2, the ratio weighted by the truth's energy (error: delta
  /// method)
  Estimate gain;
  double median;  ///< of the real parts of the raw ratios
};
SampledRatios sample_ratios(const model::LinearAttention& layer, FreshSequences& fresh, std::size_t count,
                            std::int64_t t);

}  // namespace flowsweep::theory

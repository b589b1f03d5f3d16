#pragma once
#include <Eigen/Core>
#include <span>
#include <vector>

#include "core/rng.hpp"
#include "dual/kernel_expansion.hpp"

namespace flowsweep::dual {

/// A finite law of tokens: P tokens of probability 1/P each, with key k_p and value v_p. Its mean
/// M = E[v phi(k)^T] = (1/P) sum_p v_p phi(k_p)^T is known exactly through kernel values. Below
/// G_pq = <v_p phi(k_p)^T, v_q phi(k_q)^T> = v_p . v_q exp(k_p . k_q).
struct TokenPopulation {
  Eigen::MatrixXd keys;    ///< d x P
  Eigen::MatrixXd values;  ///< d_o x P

  int size() const { return static_cast<int>(keys.cols()); }
};

/// Indices of N tokens drawn with replacement.
std::vector<int> draw_tokens(const TokenPopulation& population, int count, CounterRng& rng);

/// A sample's mean M^ = (1/N) sum_{i in S} v_i phi(k_i)^T against the population's.
struct SampleMoments {
  double cross;         ///< <M, M^>
  double squared_norm;  ///< ||M^||_F^2
};

/// Exact sums over a population and over samples of it.
struct PopulationMoments {
  double second_moment;                ///< E[||v||^2 K(k, k)] = (1/P) sum_p G_pp
  double squared_norm;                 ///< ||M||_F^2
  std::vector<SampleMoments> samples;  ///< in the order given

  /// ||M - M^||_F^2 of a sample.
  double squared_gap(std::size_t sample) const;

  /// E||M - M^||_F^2 = (E[||v||^2 K(k, k)] - ||M||_F^2) / N over samples of N tokens (derived).
  double expected_squared_gap(int count) const;
};

/// One pass over the upper triangle of G, a row at a time and none kept: P^2 / 2 kernel values, and for a
/// sample with n different tokens n^2 / 2 additions; memory P (d + d_o) numbers and the samples. Indices as
/// draw_tokens gives them.
PopulationMoments population_moments(const TokenPopulation& population,
                                     std::span<const std::vector<int>> samples);

/// M as an expansion of P terms.
KernelExpansion population_mean(const TokenPopulation& population);

/// M^ of a sample as an expansion of N terms.
KernelExpansion sample_mean(const TokenPopulation& population, std::span<const int> sample);

/// E l_W = -(1/P) sum_p v_p . W phi(k_p), from the P outputs of W.
double risk(const TokenPopulation& population, const KernelExpansion& weights);

/// -(1/N) sum_{i in S} v_i . W phi(k_i).
double empirical_risk(const TokenPopulation& population, std::span<const int> sample,
                      const KernelExpansion& weights);

}  // namespace flowsweep::dual

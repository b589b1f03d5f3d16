#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "distribution/law.hpp"
#include "risk/charge_patterns.hpp"

namespace flowsweep::risk {

/// The population risk of (B, A) for any law, term by term. The charge patterns have at most four distinct
/// indices, so that
///
///   L = 1/2 H0 E||v||^2 - sum_{i,l} B_ii C_li A_li + 1/2 <G, N>,   G = B^T B,
///   N_kk' = sum over terms of w A_lm A_l'm',   w = c(pattern) E[v_k v_l v_m v_k' v_l' v_m'],
///
/// has O(d^4) terms, of which those with w = 0 are left out. Gradient and Hessian product cost one pass over
/// them and O(d^3). theta as in PopulationRisk. Source: derived (docs/theory/mesa.md, "Exact risk").
class MomentList {
 public:
  /// Asks the law for each of its moments that the patterns need, once.
  MomentList(const distribution::Law& law, const ContextSums& sums);

  double gradient(std::span<const double> theta, std::span<double> gradient);
  void hessian_product(std::span<const double> theta, std::span<const double> direction,
                       std::span<double> product);
  std::size_t terms() const { return terms_.size(); }

 private:
  friend class MomentListBuilder;
  /// w A[first] A[second] of N_kk', indices of A's entries; for k = k' first <= second, w doubled where <.
  struct Term {
    std::uint32_t first, second;
    double weight;
  };
  /// The terms of a pair k <= k'.
  struct Pair {
    std::size_t k, other, begin, end;
  };

  void add_linear(std::span<const double> b, std::span<const double> a, std::span<double> b_gradient,
                  std::span<double> a_gradient, double& value) const;

  std::size_t dimension_;
  double constant_ = 0;
  std::vector<double> linear_;  ///< C [l][i]
  std::vector<Term> terms_;
  std::vector<Pair> pairs_;
  std::vector<double> gram_, gram_change_, sum_, sum_change_;  ///< G and N, and their derivatives
};

/// The most that the terms of a law in this dimension can take, in bytes.
std::size_t moment_list_bytes(int dimension);

/// What is wrong with a list in this dimension, in words.
std::string too_long_moment_list(int dimension);

/// Longer lists are refused.
inline constexpr std::size_t moment_list_limit = std::size_t{256} << 20;

}  // namespace flowsweep::risk

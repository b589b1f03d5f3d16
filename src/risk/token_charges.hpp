#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "risk/context_sums.hpp"

namespace flowsweep::risk {

/// Which halves of the tokens e_s = (x_s, x_{s-1}) a term of
///   yhat_t = 1/(t-1) sum_{s <= t} (P e_s) (e_s^* Q e_t)
/// takes; 0: x_s, the upper half, 1: x_{s-1}, the lower half (0 for s = 1). A term multiplies
/// (P_value)_ik (Q_key,query)_lm with v_k v_l v_m and the phase
///   lambda_k^{s-1-value} lambda_l^{-(s-1-key)} lambda_m^{t-1-query},   1 + max(value, key) <= s <= t.
struct TokenHalves {
  int value, key, query;

  /// Position among the eight.
  int code() const { return 4 * value + 2 * key + query; }
  /// Power of a phase common to all coordinates, less t-1. Only terms of one charge correlate.
  int charge() const { return key - value - query; }
};
std::array<TokenHalves, 8> all_token_halves();

/// How many pairs (s, s') at step t (or single s, in the linear term) are free of every phase:
///   quadratic (t-1)^2 + linear (t-1) + constant,  and so many more at t = 2 and t = 3.
struct PhaseFreeCount {
  int quadratic = 0, linear = 0, constant = 0, at_two = 0, at_three = 0;
};

/// A coincidence pattern: equal numbers are equal indices, different ones different indices; restricted
/// growth (every number is at most one above the largest before it).
using QuadraticPattern = std::array<std::uint8_t, 6>;  ///< of (k, l, m, k', l', m')
using LinearPattern = std::array<std::uint8_t, 4>;     ///< of (i, k, l, m), i the row of P and of x_{t+1}

struct QuadraticCharge {
  TokenHalves term, conjugate;  ///< of yhat_t and of its conjugate (primed indices)
  QuadraticPattern pattern;
  PhaseFreeCount count;
};
struct LinearCharge {
  TokenHalves term;
  LinearPattern pattern;
  PhaseFreeCount count;
};

/// Every (term, conjugate, pattern) whose phases cancel for some s, s', t: in the population risk,
///   sum_t E ||yhat_t||^2 = sum (P_value^T P_value')_kk' (Q_key,query)_lm (Q_key',query')_l'm'
///                          value(count) E[v_k v_l v_m v_k' v_l' v_m'].
/// Counted at t = 2..7 by integer charges, once a process. A count of integer points between bounds that are
/// linear in t is a polynomial from some t on; the tests compare with direct counts at other t.
const std::vector<QuadraticCharge>& quadratic_charges();

/// The same of  sum_t E <yhat_t, x_{t+1}> = sum (P_value)_ik (Q_key,query)_lm value E[v_i v_k v_l v_m].
const std::vector<LinearCharge>& linear_charges();

/// sum_{t=2}^{T-1} count(t) / (t-1)^2.
double quadratic_value(const PhaseFreeCount& count, const ContextSums& sums);

/// sum_{t=2}^{T-1} count(t) / (t-1); the count of single s has no quadratic part.
double linear_value(const PhaseFreeCount& count, const ContextSums& sums);

/// Every restricted growth string of `size` positions, in lexicographic order.
template <std::size_t Size>
std::vector<std::array<std::uint8_t, Size>> growth_patterns() {
  std::vector<std::array<std::uint8_t, Size>> all;
  std::array<std::uint8_t, Size> pattern{};
  const auto extend = [&](const auto& self, std::size_t position, int used) -> void {
    if (position == Size) {
      all.push_back(pattern);
      return;
    }
    for (int index = 0; index <= used; ++index) {
      pattern[position] = static_cast<std::uint8_t>(index);
      self(self, position + 1, index == used ? used + 1 : used);
    }
  };
  extend(extend, 0, 0);
  return all;
}

/// Number of different indices of a pattern.
template <std::size_t Size>
int blocks(const std::array<std::uint8_t, Size>& pattern) {
  int most = 0;
  for (const int index : pattern) most = index > most ? index : most;
  return most + 1;
}

}  // namespace flowsweep::risk

#pragma once
#include <array>
#include <string_view>

#include "risk/context_sums.hpp"

namespace flowsweep::risk {

/// Which sum over t multiplies a pattern.
enum class ContextSum { h0, h1, h2, second_step };  ///< second_step: only t = 2 contributes, factor 1

/// A coincidence pattern of the six indices (k, l, m, k', l', m') of the quadratic term, as a restricted
/// growth string: equal characters are equal indices, different ones different indices.
struct ChargePattern {
  std::string_view pattern;
  ContextSum sum;
};

/// Every pattern whose phases can cancel. The quadratic term of the population risk is
///   1/2 sum_{i,k,l,m,k',l',m'} B_ik B_ik' A_lm A_l'm' c(pattern) E[v_k v_l v_m v_k' v_l' v_m'],
/// where c counts pairs (s, s') with  lambda_k^s lambda_l^{1-s} lambda_m^{t-1} conj(lambda_k'^s'
/// lambda_l'^{1-s'} lambda_m'^{t-1})  free of every phase, over (t-1)^2, summed over t. Derived in
/// docs/theory/mesa.md; the kernel (population_kernel.inc) holds the same patterns contracted, the tests
/// compare both with brute force.
inline constexpr std::array<ChargePattern, 25> charge_patterns = {{
    {"000000", ContextSum::h0},          {"001001", ContextSum::h0},
    {"000010", ContextSum::h1},          {"001011", ContextSum::h1},
    {"001021", ContextSum::h1},          {"001100", ContextSum::h1},
    {"010000", ContextSum::h1},          {"010010", ContextSum::h1},
    {"011001", ContextSum::h1},          {"011011", ContextSum::h1},
    {"011100", ContextSum::h1},          {"011110", ContextSum::h1},
    {"012002", ContextSum::h1},          {"012012", ContextSum::h1},
    {"010020", ContextSum::h2},          {"011021", ContextSum::h2},
    {"011120", ContextSum::h2},          {"012022", ContextSum::h2},
    {"012032", ContextSum::h2},          {"012200", ContextSum::h2},
    {"012210", ContextSum::h2},          {"001110", ContextSum::second_step},
    {"001120", ContextSum::second_step}, {"012220", ContextSum::second_step},
    {"012230", ContextSum::second_step},
}};

inline double value(ContextSum sum, const ContextSums& sums) {
  switch (sum) {
    case ContextSum::h0:
      return sums.h0;
    case ContextSum::h1:
      return sums.h1;
    case ContextSum::h2:
      return sums.h2;
    case ContextSum::second_step:
      return 1;
  }
  return 0;
}

}  // namespace flowsweep::risk

#pragma once
#include <vector>

#include "distribution/law.hpp"
#include "risk/token_charges.hpp"

namespace flowsweep::risk {

/// Power that the weight of a contraction stands for: none, or the one index that occurs four or six times
/// carries E v_j^4 / (E v_j^2)^2 or E v_j^6 / (E v_j^2)^3.
enum class IndexWeight { none, fourth, sixth };

/// coefficient x sum over indices, equal where the pattern says so and otherwise free, of
///   (P_value^T P_value')_kk' (Q_key,query)_lm (Q_key',query')_l'm'.
struct FreeContraction {
  TokenHalves term, conjugate;
  QuadraticPattern pattern;
  IndexWeight weight;
  double coefficient;
};

/// sum_t E ||yhat_t||^2 as a sum of free contractions: inclusion-exclusion over the coarser patterns turns
/// the sums over different indices of quadratic_charges() into free ones. Exchangeable laws have no weights.
/// For laws with independent coordinates and no odd moments every index of the matrices is to be scaled by
/// sqrt(E v_j^2) first. Throws std::invalid_argument for other laws.
std::vector<FreeContraction> free_contractions(const distribution::Law& law, const ContextSums& sums);

/// Whether free_contractions() serves a law.
bool has_free_contractions(const distribution::Law& law);

}  // namespace flowsweep::risk

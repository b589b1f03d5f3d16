#pragma once
#include "risk/empirical.hpp"

namespace flowsweep::risk {

/// Expectations in sample_bias() are means over so many sequences at most.
inline constexpr std::size_t sample_bias_sequences = 1000;

/// N times what training all blocks on N sequences adds, on average over samples and to the order 1/N, to the
/// product ab = mean_j Re(P1_jj Q21_jj) of the minimiser on the diagonal set; `product` is that minimiser u.
///
/// With delta the weights across the diagonal set (all but the means of the diagonals of P1 and Q21 and the d
/// opposite phases of P1_jj and Q21_jj, which leave the population risk alone), the least risk at u is
///   L_N(u) - g^T H(u)^-1 g / 2,   g = grad_delta L_N of mean 0 and covariance C(u) / N,
/// so that its minimum moves by  d/du tr(H(u)^-1 C(u)) / (2 N E s2); the product moves besides by
/// sum_j cov(delta P_jj, delta Q_jj) / d, of covariance H^-1 C H^-1 / N. H is averaged over renamings of
/// coordinates. For exchangeable laws whose gradient across the diagonal set has mean 0. An estimate of
/// its size only: it does not have the whole term (docs/decisions/verdict-tolerances.md, "Limits"). Takes
/// about 24 d^2 evaluations of PrecomputedRisk. Throws InputError as EmpiricalRisk does. Source: derived.
double sample_bias(const Sequences& sequences, double product, bool diagonal_mask);

}  // namespace flowsweep::risk

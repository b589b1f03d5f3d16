#pragma once
#include <span>
#include <vector>

#include "theory/mesa_setting.hpp"

namespace flowsweep::theory {

/// Gradient of the population risk at A = a I, B = b I for any law (mesa.invariance, derived), laid out as B,
/// then A, each d x d row-major. For p != q and for every j:
///   dB_pq = a^2 b H1 E v_p^3 v_q^3,
///   dA_pq = a b^2 [H1 E v_p^3 v_q^3 + H1 E v_p v_q^5 + H2 sum_{k != p,q} E v_k^2 v_p v_q^3] - b H1 E v_p
///   v_q^3, dB_jj = a^2 b [H0 kappa2(j) + H1 sum_r E v_j^2 v_r^4] - a H0 kappa1(j), dA_jj = a b^2 [H0
///   kappa2(j) + H1 sum_r E v_j^4 v_r^2] - b H0 kappa1(j).
std::vector<double> diagonal_gradient(const MesaSetting& setting, double a, double b);

/// Norm of the part of such a vector that leads off the diagonal set: its off-diagonal entries and what sets
/// the diagonal entries of B, and those of A, apart.
double normal_norm(std::span<const double> gradient, int dimension);

}  // namespace flowsweep::theory

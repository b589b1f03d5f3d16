#pragma once
#include "theory/mesa_setting.hpp"

namespace flowsweep::theory {

/// Smallest Hessian eigenvalue of the population risk in the entries of P2, Q11, Q12 and Q22 at A = a Sigma,
/// B = b Sigma, ab = c, every other block 0, where Sigma has `negative` entries -1 and else 1 on its
/// diagonal; for exchangeable laws symmetric in every coordinate, real weights. (The risk of (B, A) does not
/// see Sigma, that of all blocks does.) By the charge rule these entries do not mix with those of A and B
/// there. By the symmetries of such a law entry (i, j) mixes with (i, j) and (j, i) of the four blocks only,
/// if i != j, and the diagonals split into the means over either sign and the differences among equal signs:
/// eigenvalues of at most six small matrices, whose entries come from Hessian products of the exact risk.
/// Source: derived (docs/theory/mesa.md, "All blocks").
double other_block_curvature(const MesaSetting& setting, const LimitWeights& limit, int negative);

}  // namespace flowsweep::theory

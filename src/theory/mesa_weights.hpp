#pragma once
#include <span>
#include <vector>

#include "theory/mesa_setting.hpp"

namespace flowsweep::theory {

/// How near trained weights are to the diagonal set {A = a I, B = b I, all else 0}. Accepts three layouts:
/// (B, A) real (2 d^2 numbers), all blocks of P and Q real (6 d^2, risk/full_population.hpp) or complex (12
/// d^2, model/linear_attention.hpp).
struct DiagonalStructure {
  double a_diagonal,
      a_offdiagonal;  ///< means of the real parts of A's diagonal and off-diagonal entries (0 if d = 1)
  double b_diagonal, b_offdiagonal;  ///< the same of B
  double product;                    ///< ab = mean_j Re(A_jj B_jj)
  double product_spread;             ///< max_j |A_jj B_jj - ab|
  double off_diagonal;               ///< largest modulus of an off-diagonal entry of A or B
  double off_diagonal_norm;          ///< sqrt(sum_{i != j} |A_ij|^2 + |B_ij|^2)
  /// Distance of the diagonals from (a Sigma, b Sigma), Sigma_jj the sign of Re(A_jj + B_jj):
  /// sqrt(sum_j |Sigma_jj A_jj - a|^2 + |Sigma_jj B_jj - b|^2), a and b the means.
  double diagonal_spread;
  double other_blocks;    ///< largest modulus of an entry of P2, Q11, Q12, Q22 (0 where they are not trained)
  double norm_other;      ///< Frobenius norm of P2, Q11, Q12 and Q22 together (0 where they are not trained)
  int negative;           ///< how many B_jj have a negative real part
  double norm_a, norm_b;  ///< ||A||_F, ||B||_F
  double balance;         ///< ||Q||_F^2 - ||P||_F^2 over all blocks; ||A||_F^2 - ||B||_F^2 on (B, A)
};
DiagonalStructure diagonal_structure(std::span<const double> weights, int dimension);

/// Frobenius distance of all blocks from the nearest (A, B) = (a Sigma, b Sigma), all else 0, Sigma =
/// diag(+-1): the population risk is the same at (A Sigma, B Sigma) as at (A, B), for every law (derived,
/// docs/theory/mesa.md).
double limit_distance(std::span<const double> weights, int dimension, const LimitWeights& limit);

}  // namespace flowsweep::theory

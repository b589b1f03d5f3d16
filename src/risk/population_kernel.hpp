#pragma once

// Entry points of population_kernel.inc, which is compiled once per instruction set. Plain data and pointers
// only: a translation unit compiled for AVX must hold no shared inline code.

namespace flowsweep::risk {

/// Coefficients of the population risk at one (law, dimension, context); see risk/population.hpp.
struct PopulationProblem {
  int dimension;
  int stride;         ///< row stride of matrices in the workspace: dimension rounded up to 8
  double h0, h1, h2;  ///< H0, H1, H2
  double m4, m31;     ///< coefficients of E v_i^4, E v_i^3 v_l
  double m6, m51, m42, m411, m33, m321, m222, m2211;  ///< coefficients of the sixth moments, by powers
  bool odd;                  ///< whether any of m31, m51, m411, m33, m321, m2211 is non-zero
  double constant;           ///< 1/2 H0 E||v||^2
  const double* factors[7];  ///< [n][j]: per-coordinate factor of power n >= 1 (zero-padded to stride)
};

/// Doubles that the workspace of a problem of this size must hold (64-byte aligned).
constexpr long population_workspace(long dimension, long stride) {
  return (18 * dimension + 24) * stride;
}

#define FLOWSWEEP_POPULATION_KERNEL(set)                                                                  \
  namespace set {                                                                                         \
  double population_gradient(const PopulationProblem& problem, const double* theta, double* gradient,     \
                             double* work);                                                               \
  void population_product(const PopulationProblem& problem, const double* theta, const double* direction, \
                          double* product, double* work, bool same_theta);                                \
  }
FLOWSWEEP_POPULATION_KERNEL(baseline)
FLOWSWEEP_POPULATION_KERNEL(avx2)
FLOWSWEEP_POPULATION_KERNEL(avx512)
#undef FLOWSWEEP_POPULATION_KERNEL

}  // namespace flowsweep::risk

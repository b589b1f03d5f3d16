#pragma once
#include "risk/contraction_plan.hpp"

// Entry points of full_population_kernel.inc, which is compiled once per instruction set. Plain data and
// pointers only: a translation unit compiled for AVX must hold no shared inline code.

namespace flowsweep::risk {

/// Quadratic term of the population risk in all blocks at one (law, dimension, context); see
/// risk/full_population.hpp.
struct FullPopulationProblem {
  int dimension;
  int stride;  ///< row stride of matrices in the workspace: dimension rounded up to 8
  ContractionPlan gram, adjoint;
  /// [j], zero-padded to stride: scale of every index of P's columns and of Q, weights of fourth and of sixth
  /// powers.
  const double *scale, *fourth, *sixth;
};

/// Doubles that the workspace of a problem of this size must hold (64-byte aligned).
constexpr long full_population_workspace(long dimension, long stride) {
  return (45 * dimension + 160) * stride;
}

#define FLOWSWEEP_FULL_POPULATION_KERNEL(set)                                                             \
  namespace set {                                                                                         \
  /* Writes the gradient of 1/2 sum_t E ||yhat_t||^2 and returns that. theta: P, then Q, row-major. */    \
  double full_population_gradient(const FullPopulationProblem& problem, const double* theta, double* out, \
                                  double* work);                                                          \
  /* Hessian times direction; same_theta: the workspace is prepared for theta. */                         \
  void full_population_product(const FullPopulationProblem& problem, const double* theta,                 \
                               const double* direction, double* out, double* work, bool same_theta);      \
  }
FLOWSWEEP_FULL_POPULATION_KERNEL(baseline)
FLOWSWEEP_FULL_POPULATION_KERNEL(avx2)
FLOWSWEEP_FULL_POPULATION_KERNEL(avx512)
#undef FLOWSWEEP_FULL_POPULATION_KERNEL

}  // namespace flowsweep::risk

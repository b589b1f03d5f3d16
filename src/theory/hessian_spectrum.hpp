#pragma once
#include <span>
#include <vector>

#include "core/differentiable.hpp"
#include "core/rng.hpp"

namespace flowsweep::theory {

/// Eigenvalues of a Hessian as Lanczos' method finds them from one random vector, in rising order.
struct DistinctEigenvalues {
  std::vector<double> values;
  bool complete;  ///< every distinct eigenvalue was found; false: only the ends of the spectrum are near
};

/// Lanczos' method with full reorthogonalisation on the Hessian of `risk` at `theta`. It ends, complete,
/// after as many products as there are distinct eigenvalues (eight at a symmetric limit), and unfinished
/// after `most` products. A complete result misses an eigenvalue only if the random vector is orthogonal to
/// its whole eigenspace; eigenvalues that agree to about 1e-9 of the largest count as one.
DistinctEigenvalues distinct_eigenvalues(Differentiable& risk, std::span<const double> theta, CounterRng& rng,
                                         int most = 64);

/// All eigenvalues, with multiplicity, in rising order: n products and O(n^3).
std::vector<double> all_eigenvalues(Differentiable& risk, std::span<const double> theta);

}  // namespace flowsweep::theory

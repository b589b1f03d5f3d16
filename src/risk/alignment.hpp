#pragma once
#include <span>
#include <vector>

#include "distribution/law.hpp"
#include "risk/context_sums.hpp"

namespace flowsweep::risk {

/// What the population risk in all blocks holds beside the quadratic term: 1/2 H0 E||v||^2 and
/// the bilinear  sum_t E <yhat_t, x_{t+1}>  by its non-zero coefficients. theta: P, then Q, real, row-major.
class Alignment {
 public:
  Alignment(const distribution::Law& law, const ContextSums& sums);

  double energy() const { return energy_; }  ///< 1/2 H0 E||v||^2

  /// Subtracts the gradient of sum_t E <yhat_t, x_{t+1}> and returns that sum. Linear in P and in Q: the
  /// Hessian product of the sum is subtract_product().
  double subtract_gradient(std::span<const double> theta, std::span<double> gradient) const;
  void subtract_product(std::span<const double> direction, std::span<double> product) const;

 private:
  struct Entry {
    std::size_t value, query;  ///< positions in theta
    double coefficient;
  };
  std::vector<Entry> entries_;
  double energy_;
};

}  // namespace flowsweep::risk

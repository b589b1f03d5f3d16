#pragma once
#include <span>
#include <vector>

#include "core/rng.hpp"
#include "dual/mean_error.hpp"
#include "dual/token_population.hpp"

namespace flowsweep::dual {

/// The class of dual models that a bound speaks of, fixed before any sample is seen: ||W||_F <= w on tokens
/// with
/// ||v|| <= rho and ||k|| <= kappa. Loss l_W = -v . W phi(k).
struct DualClass {
  double radius;  ///< w
  double value;   ///< rho
  double key;     ///< kappa

  /// B = w rho exp(kappa^2 / 2) >= |l_W|.
  double loss_bound() const;

  /// Whether every token of a population satisfies the two norms, up to 1e-12 of them: tokens that were
  /// scaled to a norm miss it by rounding.
  bool covers(const TokenPopulation& population) const;
};

/// W* = w (M^ - M) / ||M^ - M||_F, at which risk - empirical risk is largest in the class: w ||M - M^||_F
/// (derived). One term a token of the population. Throws std::invalid_argument for a sample with M^ = M to
/// the last bit.
KernelExpansion gap_maximiser(const TokenPopulation& population, std::span<const int> sample, double radius);

/// Risk of the empirical minimiser w M^ / ||M^||_F above the least risk of the class:
/// w (||M||_F - <M, M^> / ||M^||_F) >= 0 (derived).
double excess_risk(const PopulationMoments& moments, std::size_t sample, double radius);

/// Empirical Rademacher complexity of a sample and its bound.
struct RademacherComplexity {
  MeanError estimate;  ///< (w/N) E ||sum_i sigma_i v_i phi(k_i)^T||_F over sign vectors
  double bound;        ///< w rho sqrt(Tr K_S) / N (after Ren & Liu 2024)
};

/// The supremum over the class is attained (Cauchy-Schwarz), so that only the signs are drawn. Costs N^2 / 2
/// kernel values and draws x N^2 multiply-adds; memory N^2 numbers. Throws std::invalid_argument for draws
/// < 2.
RademacherComplexity rademacher_complexity(const TokenPopulation& population, std::span<const int> sample,
                                           const DualClass& bounds, int draws, CounterRng& rng);

/// Tr K_S = sum_{i in S} exp(||k_i||^2).
double kernel_trace(const TokenPopulation& population, std::span<const int> sample);

/// With probability at least 1 - delta no W of the class has risk - empirical risk above
///     2 w rho sqrt(Tr K_S) / N + 6 B sqrt(log(2 / delta) / (2 N)).
/// Form after Ren & Liu 2024, constants derived: symmetrisation and two bounded-difference steps for a loss
/// in [-B, B].
double complexity_bound(const DualClass& bounds, double trace, int count, double delta);

/// With probability at least 1 - delta no W of the class has risk - empirical risk above
///     w sqrt((E[||v||^2 K(k, k)] - ||M||_F^2) / N) + B sqrt(2 log(1 / delta) / N)
/// (derived: the mean of the supremum by Jensen, one bounded-difference step).
double direct_bound(const DualClass& bounds, const PopulationMoments& moments, int count, double delta);

}  // namespace flowsweep::dual

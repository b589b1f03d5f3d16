#pragma once
#include <string>
#include <vector>

#include "distribution/sample_table.hpp"
#include "risk/context_sums.hpp"

namespace flowsweep::theory {

/// Family-wise confidence of the intervals of one hypothesis.
inline constexpr double sample_confidence = 0.99;
/// A moment whose whole interval lies within this share of its scale counts as 0.
inline constexpr double equivalence_margin = 0.1;

/// What a sample says about a condition "this moment of the rows' law is 0".
enum class Outcome { met, undecided, unmet };

/// A moment, its simultaneous interval value +- half_width, and what that decides.
struct MomentTest {
  std::string name;
  double value = 0, half_width = 0;
  double scale = 0;        ///< the largest value that a moment of this degree could take
  double heaviest = 0;     ///< share of the estimated variance that a single row carries
  double rows_needed = 0;  ///< rows that would decide it, from the estimated standard error; 0: decided
  Outcome outcome = Outcome::met;

  double lowest() const;   ///< least |moment| / scale within the interval
  double highest() const;  ///< largest |moment| / scale within the interval
};

/// A hypothesis that is a list of moments to be 0, tested on the rows of a table.
///
/// The interval of each moment is z standard errors wide to either side, z the normal quantile for
/// (1 - sample_confidence) / 2 over all moments together (Bonferroni), plus scale log(2 M / (1 - confidence))
/// / n for values that n rows had no chance to show. It is asymptotic: moments of degree six need finite
/// twelfth moments, and a heaviest near 1 says that a few rows make up the standard error.
///
/// Unmet if some interval excludes 0; met if every interval lies within equivalence_margin x scale; else
/// undecided. Source: derived (docs/decisions/verdict-tolerances.md).
struct SampleTest {
  std::vector<MomentTest> moments;
  MomentTest deciding;     ///< the moment farthest from 0 if unmet, else the one with the widest interval
  double rows_needed = 0;  ///< the largest of the moments'

  Outcome outcome() const { return deciding.outcome; }
  /// equivalence_margin - highest() where met, -lowest() where unmet, NaN where undecided.
  double margin() const;
};

SampleTest single_power_test(const distribution::SampleTable& table);
SampleTest equal_kappas_test(const distribution::SampleTable& table);
SampleTest invariance_test(const distribution::SampleTable& table, const risk::ContextSums& sums);
/// What is left of it where a mask holds the off-diagonal entries.
SampleTest masked_invariance_test(const distribution::SampleTable& table, const risk::ContextSums& sums);

/// Assumption 4.2 by its equivalent condition, in every coordinate: 1 - kappa1^2 / (kappa2 E v_j^2) = 0. It
/// is an equality in the Cauchy-Schwarz inequality: met only if the rows themselves meet it, with enough of
/// them.
SampleTest support_test(const distribution::SampleTable& table);

/// E v_j^2, kappa1, kappa2 and kappa3 of every coordinate with simultaneous intervals.
std::vector<MomentTest> kappa_intervals(const distribution::SampleTable& table);

/// z with P(|Z| > z) = probability for a standard normal Z.
double normal_bound(double probability);

}  // namespace flowsweep::theory

#pragma once
#include <functional>
#include <span>
#include <vector>

#include "theory/theorem.hpp"
#include "theory/token_check.hpp"

namespace flowsweep::theory {

/// Violations are counted as more than chance where their number has a probability below this under the
/// share that the bound allows.
inline constexpr double chance = 1e-6;

/// The smallest probability of an event that `count` events in `draws` independent draws leave possible with
/// confidence 1 - chance (Clopper and Pearson 1934): p with P(X >= count) = chance; 0 if count = 0.
double lowest_share(double count, double draws);

/// Tokens that are independent also within a prompt: none of its values depends on another token.
Condition independent_values_condition();
double independent_values_margin(const sweep::Point& point);

/// The class holds the population: ||v|| <= rho, ||k|| <= kappa. Margin 1, -1, or NaN where tokens are not
/// finite.
Condition fixed_norms_condition();
double fixed_norms_margin(const TokenSource& source);

/// A bound on risk - empirical risk, against samples. Shared by the theorems that state one.
///
/// Measured: {share of samples above their bound, mean bound, largest bound, gap that a share delta of the
/// samples exceeds, trivial bound 2 B, norms margin}.
std::vector<record::Quantity> bound_quantities();
std::vector<double> bound_measurements(const TokenSource& source, const SampleGaps& gaps, double delta,
                                       const std::function<double(std::size_t sample)>& bound);
std::vector<Condition> bound_hypotheses();
Condition bound_conclusion();
Findings judge_bound(const sweep::Point& point, const record::RunRecord& run,
                     std::span<const double> measured);

/// Predicted seconds; samples are shared between theorems, half of them charged to each.
double bound_seconds(const sweep::Point& point);

}  // namespace flowsweep::theory

#include "theory/bound_check.hpp"

namespace flowsweep::theory {
namespace {

std::vector<double> measure(const Run& run) {
  const SampleGaps& gaps = run.token_gaps();
  const double delta = run.point.real("delta");
  const double bound = direct_bound(run.tokens().bounds, gaps.moments, gaps.count, delta);
  return bound_measurements(run.tokens(), gaps, delta, [bound](std::size_t) { return bound; });
}

}  // namespace

const Theorem& dual_bound_direct() {
  static const Theorem theorem = {
      "dual.bound-direct",
      "Generalisation of the dual model by the law of its gap",
      "As dual.bound, with a bound that has no complexity in it: the mean of the largest difference is at "
      "most "
      "its root mean square, which is known exactly, and one token moves it by at most 2 B/N. Samples are "
      "drawn from a finite population. A bound above 2 B says nothing: inconclusive. Validity is judged, "
      "tightness never.",
      "risk <= empirical risk + w sqrt((E[||v||^2 K(k,k)] - ||M||^2)/N) + B sqrt(2 log(1/delta)/N),  B = w "
      "rho exp(kappa^2/2)",
      "derived",
      Standing::derived,
      bound_hypotheses(),
      {bound_conclusion()},
      bound_quantities(),
      "exact binomial confidence limit of the share, one-sided, 1 - 1e-6",
      has_token_source,
      measure,
      judge_bound,
      bound_seconds};
  return theorem;
}

}  // namespace flowsweep::theory

#include "theory/bound_check.hpp"

namespace flowsweep::theory {
namespace {

std::vector<double> measure(const Run& run) {
  const SampleGaps& gaps = run.token_gaps();
  const dual::DualClass& bounds = run.tokens().bounds;
  const double delta = run.point.real("delta");
  return bound_measurements(run.tokens(), gaps, delta, [&](std::size_t sample) {
    return complexity_bound(bounds, gaps.traces[sample], gaps.count, delta);
  });
}

}  // namespace

const Theorem& dual_bound() {
  static const Theorem theorem = {
      "dual.bound",
      "Generalisation of the dual model by its kernel's trace",
      "Tokens are independent, and the class of dual models is fixed before the sample: ||W||_F <= w on "
      "tokens with ||v|| <= rho, ||k|| <= kappa. With probability at least 1 - delta over samples of N "
      "tokens, no W of the class has risk - empirical risk above the bound. Samples are drawn from a finite "
      "population, whose mean makes the largest difference of each sample exact. A bound above 2 B, which "
      "is below N = 26 at delta = 0.05 and constant norms, says nothing: inconclusive. Validity is judged, "
      "tightness never.",
      "risk <= empirical risk + 2 w rho sqrt(Tr K_S)/N + 6 B sqrt(log(2/delta)/(2N)),  B = w rho "
      "exp(kappa^2/2)",
      "after Ren & Liu 2024 (arXiv 2310.13220); constants derived",
      Standing::paper,
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

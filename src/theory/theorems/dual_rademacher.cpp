#include "theory/rademacher_check.hpp"

namespace flowsweep::theory {
namespace {

constexpr double deviations = 5;    // of the mean over signs
constexpr double rounding = 1e-12;  // of the bound: a sample of one token attains it

enum Measurement { estimate, standard_error, bound, looseness, norms };

std::vector<double> measure(const Run& run) {
  return rademacher_measurements(run.point, run.tokens());
}

Findings judge_rademacher(const sweep::Point& point, const record::RunRecord& /*run*/,
                          std::span<const double> measured) {
  const double tolerance = deviations * measured[standard_error] + rounding * measured[bound];
  Findings findings;
  findings.predicted = measured[bound];
  findings.measured = measured[estimate];
  findings.tolerance = tolerance;
  findings.hypothesis_margins = {independent_values_margin(point), measured[norms],
                                 1 - static_cast<double>(point.integer("demonstrations")) / largest_gram};
  findings.conclusion_margins = {1 - (measured[estimate] - tolerance) / measured[bound]};
  findings.about_end = false;
  return findings;
}

}  // namespace

const Theorem& dual_rademacher() {
  static const Theorem theorem = {
      "dual.rademacher",
      "Rademacher complexity of the dual model",
      "The empirical Rademacher complexity of the class ||W||_F <= w on a sample of N tokens with ||v|| <= "
      "rho is at most w rho sqrt(Tr K_S)/N, without the factor d_o that the published order has (derived: "
      "the norm is "
      "that of the whole matrix). The largest correlation with given signs is exact "
      "(Cauchy-Schwarz), so that only signs are drawn: 500 of them on one sample. Where all tokens have the "
      "same norms the two are nearly equal, and for one token they are.",
      "(w/N) E_sigma ||sum_i sigma_i v_i phi(k_i)^T||_F <= w rho sqrt(Tr K_S)/N",
      "after Ren & Liu 2024 (arXiv 2310.13220), as encoded here",
      Standing::paper,
      {independent_values_condition(),
       fixed_norms_condition(),
       {"sample size", "N <= 4096: the kernel matrix of the sample is held whole. Margin 1 - N/4096"}},
      {{"bound",
        "the estimate is at most the bound, but for 5 standard errors of the signs and 1e-12 of the bound. "
        "Margin 1 - (estimate - allowance)/bound"}},
      {{"estimate", "risk", "(w/N) mean ||sum_i sigma_i v_i phi(k_i)^T||_F over drawn signs"},
       {"standard_error", "risk", "its standard error"},
       {"bound", "risk", "w rho sqrt(Tr K_S)/N"},
       {"looseness", "1", "bound / estimate; never judged"},
       {"norms_margin", "1", "1: the class holds the population; -1: not"}},
      "5 standard errors of the mean over signs: 3e-7, one-sided, where it is normal",
      has_token_source,
      measure,
      judge_rademacher,
      rademacher_seconds};
  return theorem;
}

}  // namespace flowsweep::theory

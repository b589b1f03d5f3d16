#include "theory/gap_check.hpp"

#include <cmath>
#include <limits>

#include "theory/bound_check.hpp"

namespace flowsweep::theory {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double deviations = 5;
constexpr double rounding = 1e-12;    // of w E[||v||^2 K] / gap, what a gap from sums may be off by
constexpr double resolution = 1e-12;  // least squared gap, in units of E[||v||^2 K], that sums resolve
constexpr double coarsest = 0.25;     // a tolerance above would accept another power of N
constexpr double least_draws = 100;   // of which a standard error can be told

std::vector<double> measure(const Run& run) {
  const int count = static_cast<int>(run.point.integer("demonstrations"));
  const SampleGaps longer =
      sample_gaps(run.tokens().population, longer_length(count), static_cast<int>(run.point.integer("draws")),
                  CounterRng(run.point.id(), Stream::long_token_samples));
  return gap_measurements(run.tokens(), run.token_gaps(), longer);
}

double slope_tolerance(std::span<const double> measured) {
  return deviations * std::hypot(measured[gap::deviation], measured[gap::longer_deviation]) / std::log(4);
}

std::vector<double> conclusions(std::span<const double> measured) {
  return {agreement_margin(measured[gap::difference], measured[gap::supremum],
                           rounding * measured[gap::rounding_unit]),
          agreement_margin(measured[gap::rms] / measured[gap::law], 1, deviations * measured[gap::deviation]),
          agreement_margin(measured[gap::slope], -0.5, slope_tolerance(measured))};
}

Findings judge_gap(const sweep::Point& point, const record::RunRecord& /*run*/,
                   std::span<const double> measured) {
  const auto draws = static_cast<double>(point.integer("draws"));
  const double resolved = measured[gap::spread] / resolution - 1;
  Findings findings;
  findings.predicted = measured[gap::law];
  findings.measured = measured[gap::rms];
  findings.tolerance = deviations * measured[gap::deviation] * measured[gap::law];
  findings.hypothesis_margins = {independent_values_margin(point), draws / least_draws - 1,
                                 resolved >= 0 ? resolved : none};
  findings.conclusion_margins = conclusions(measured);
  findings.resolution = coarsest * measured[gap::law];
  findings.about_end = false;
  return findings;
}

double seconds(const sweep::Point& point) {
  const auto count = static_cast<double>(point.integer("demonstrations"));
  return bound_seconds(point) + sample_gaps_seconds(point, 4 * count) + maximiser_seconds(point);
}

}  // namespace

const Theorem& dual_gap_identity() {
  static const Theorem theorem = {
      "dual.gap-identity",
      "Gap between risk and empirical risk of the dual model",
      "Over the class ||W||_F <= w the largest risk - empirical risk of a sample is w ||M - M^||_F, M = E[v "
      "phi(k)^T] and M^ its mean over the sample; and the mean square of that gap over samples of N "
      "independent tokens is known exactly, so that its root falls as N^{-1/2}. The maximiser is built as an "
      "expansion and its two risks evaluated, for the sample with the largest gap. Samples are drawn from a "
      "finite population with replacement; lengths N and 4 N.",
      "sup (risk - empirical risk) = w ||M - M^||_F,  E||M - M^||_F^2 = (E[||v||^2 K(k,k)] - ||M||_F^2)/N",
      "derived",
      Standing::derived,
      {independent_values_condition(),
       {"enough draws", "at least 100 samples. Margin draws/100 - 1"},
       {"tokens differ",
        "E||M - M^||_F^2 at 4 N is at least 1e-12 E[||v||^2 K(k,k)], so that sums resolve it. Margin ratio / "
        "1e-12 - 1; NaN where negative"}},
      {{"supremum",
        "risk - empirical risk of the maximiser is w ||M - M^||_F to 1e-12 w E[||v||^2 K(k,k)] / ||M - "
        "M^||_F. Margin 1 - deviation / tolerance"},
       {"law", "rms gap over its law is 1 to 5 standard errors. Margin 1 - deviation / tolerance"},
       {"slope",
        "slope of log rms gap against log N, from N to 4 N, is -1/2 to 5 standard errors. Margin 1 - "
        "deviation / tolerance"}},
      gap_quantities(),
      "5 standard errors of the rms over samples (6e-7 where it is normal); rounding of the sums for the "
      "supremum",
      has_token_source,
      measure,
      judge_gap,
      seconds};
  return theorem;
}

}  // namespace flowsweep::theory

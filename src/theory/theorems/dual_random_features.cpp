#include <cmath>
#include <limits>

#include "theory/attention_setting.hpp"
#include "theory/feature_check.hpp"
#include "theory/theorem.hpp"

namespace flowsweep::theory {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double deviations = 5;
constexpr double largest_norm = 1.5;  // of ||q + k||^2: beyond it a few draws carry the mean
constexpr double asymptotic = 10;     // d_r / 4 in units of C_S / ||h'||^2
// What C_S / d_r may be off by, in units of (exp(max ||q + k||^2) - 1) / d_r; up to 1.6 were observed.
constexpr double second_order = 3;
constexpr double coarsest_slope = 0.25;  // a slope that is not known better says nothing

bool speaks(const sweep::Point& point) {
  return is_prompt_attention(point) && point.uses("features");
}

std::vector<double> measure(const Run& run) {
  const auto duals = check_duals(run);
  return measurements_of(feature_check(run.point, duals, duals));
}

// An error against its law constant / d_r, as shares of that law.
struct Comparison {
  double ratio, tolerance;
  double margin() const { return agreement_margin(ratio, 1, tolerance); }
};

Comparison compare(const FeatureError& error, double constant, double features, double allowance) {
  const double law = constant / features;
  return {error.mean / law, deviations * error.standard_error / law + allowance / features};
}

// Slope of log RMSE from `few` to `many` features; a relative error of a mean square is half one of its root.
Comparison slope(const FeatureError& few, const FeatureError& many, double features, double allowance) {
  const double least = few_features(static_cast<int>(features)), span = std::log(features / least);
  const double chance = std::hypot(few.standard_error / few.mean, many.standard_error / many.mean);
  return {std::log(many.mean / few.mean) / (2 * span),
          (deviations * chance + allowance / least + allowance / features) / (2 * span)};
}

double slope_margin(const Comparison& found) {
  return agreement_margin(found.ratio, -0.5, found.tolerance);
}

std::vector<double> conclusions(const FeatureCheck& check, double features, double allowance) {
  return {compare(check.many.exact, check.exact, features, 0).margin(),
          compare(check.many.estimated, check.estimated, features, allowance).margin(),
          compare(check.many.attention, check.attention, features, allowance).margin(),
          slope_margin(slope(check.few.exact, check.many.exact, features, 0)),
          slope_margin(slope(check.few.estimated, check.many.estimated, features, allowance))};
}

// Whether both slopes are told apart from -1/4 and -3/4.
bool resolved_slopes(const FeatureCheck& check, double features, double allowance) {
  return slope(check.few.exact, check.many.exact, features, 0).tolerance < coarsest_slope &&
         slope(check.few.estimated, check.many.estimated, features, allowance).tolerance < coarsest_slope;
}

double or_undecided(double margin) {
  return margin >= 0 ? margin : none;
}

Findings judge_features(const sweep::Point& point, const record::RunRecord& /*run*/,
                        std::span<const double> measured) {
  const auto features = static_cast<int>(point.integer("features"));
  const FeatureCheck check = feature_check_of(measured);
  const double allowance = second_order * std::expm1(check.largest_squared_sum);
  Findings findings;
  findings.predicted = check.exact;
  findings.measured = features * check.many.exact.mean;
  findings.tolerance = deviations * features * check.many.exact.standard_error;
  findings.hypothesis_margins = {or_undecided(1 - check.largest_squared_sum / largest_norm),
                                 or_undecided(few_features(features) * check.reach / asymptotic - 1)};
  findings.conclusion_margins = conclusions(check, features, allowance);
  findings.resolution = resolved_slopes(check, features, allowance) ? check.exact : 0;
  findings.about_end = false;
  return findings;
}

}  // namespace

const Theorem& dual_random_features() {
  static const Theorem theorem = {
      "dual.random-features",
      "Error of the dual model with finitely many positive random features",
      "With d_r positive random features the mean squared error of the output is C_D/d_r exactly where the "
      "normaliser is exact, and C_S/d_r to first order where it comes from the same features; so is that of "
      "the attention weights. The slope of the root mean square error against d_r is -1/2, here between "
      "d_r/4 and d_r. Means over check prompts and independent draws. Where ||q + k||^2 is large, a few of "
      "many draws carry the mean; where d_r is not large against C_S/||h'||^2, the first order is not "
      "reached: inconclusive (pre-asymptotic), with C_D and C_S among the measurements.",
      "E||h^ - h'||^2 = C_D/d_r, C_S/d_r + o(1/d_r);  C_D = sum_ij a_i a_j v_i.v_j (E_ij - 1),  C_S = sum_ij "
      "a_i a_j (v_i - h').(v_j - h') E_ij,  E_ij = exp((q+k_i).(q+k_j))",
      "derived; features after Choromanski et al. 2021, experiment after Ren & Liu 2024 (arXiv 2310.13220)",
      Standing::derived,
      {{"moderate norms",
        "largest ||q + k_i||^2 is at most 1.5. Margin 1 - it/1.5; NaN (pre-asymptotic) where negative"},
       {"asymptotic",
        "d_r/4 is at least 10 C_S/||h'||^2 on every prompt. Margin ratio - 1; NaN (pre-asymptotic) where "
        "negative"}},
      {{"exact normaliser", "mean ||h^ - h'||^2 d_r is C_D to 5 standard errors"},
       {"own normaliser",
        "mean ||h^ - h'||^2 d_r is C_S to 5 standard errors and 3 (exp(max ||q + k||^2) - 1)/d_r of it"},
       {"attention", "the same for the attention weights, with their own constant"},
       {"slope", "slope of log RMSE, exact normaliser, is -1/2 to 5 standard errors"},
       {"own slope",
        "the same with the normaliser from the features, and what is not of first order at d_r/4 and d_r"}},
      feature_quantities(),
      "5 standard errors of means over draws (6e-7 where they are normal); terms of second order as "
      "observed, "
      "with a factor 2; inconclusive where a slope is not known to 0.25",
      speaks,
      measure,
      judge_features,
      feature_seconds};
  return theorem;
}

}  // namespace flowsweep::theory

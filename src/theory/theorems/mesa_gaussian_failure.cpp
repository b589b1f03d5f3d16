#include <algorithm>
#include <cmath>
#include <limits>

#include "risk/diagonal_minimiser.hpp"
#include "risk/sampling.hpp"
#include "theory/gaussian_ratio.hpp"
#include "theory/mesa_conditions.hpp"
#include "theory/mesa_weights.hpp"
#include "theory/recovery.hpp"
#include "theory/trained_layer.hpp"

namespace flowsweep::theory {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double deviations = 6;  // two-sided 2e-9 for a normal mean: one sweep may hold 10^5 points
constexpr double kurtosis = 3;    // E v^4 / (E v^2)^2
constexpr double least_sequences = 1000;

enum Measurement { ratio, training_error, sampled, sampled_error, gain, gain_error, median };

bool speaks_of(const sweep::Point& point) {
  return is_linear_attention(point) && point.name("distribution") == "gaussian";
}

// Standard error of ab on the training sample; 0 for the exact risk.
double training_standard_error(const sweep::Point& point, const MesaSetting& setting) {
  if (setting.population) return 0;
  const auto sample =
      risk::sample_sequences(*setting.law, static_cast<std::size_t>(point.integer("sequences")), point.id(),
                             Stream::training_sequences);
  return risk::diagonal_minimiser(
             {setting.dimension, static_cast<int>(setting.context), sample.initial, sample.phase})
      .standard_error;
}

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const double variance = mean_square(*setting.law);
  std::vector<double> measured = {
      variance * diagonal_structure(run.record.weights, setting.dimension).product,
      variance * training_standard_error(run.point, setting)};
  const std::size_t asked = requested_sequences(run.point);
  if (asked < 2) {
    measured.resize(7, none);
    return measured;
  }
  FreshSequences fresh(*setting.law, run.point.id());
  const SampledRatios ratios = sample_ratios(trained_layer(run.record.weights, setting.dimension), fresh,
                                             asked, test_length(run.point) - 1);
  for (const double number :
       {ratios.mean.value, ratios.mean.error, ratios.gain.value, ratios.gain.error, ratios.median})
    measured.push_back(number);
  return measured;
}

// 1 where the point asks for no fresh sequences: the exact ratio alone decides then.
double sampled_margin(std::span<const double> measured) {
  if (std::isnan(measured[sampled])) return 1;
  const double mean =
      agreement_margin(measured[sampled], measured[ratio], deviations * measured[sampled_error]);
  const double weighted =
      agreement_margin(measured[gain], kurtosis * measured[ratio], deviations * measured[gain_error]);
  return std::isnan(weighted) ? weighted : std::min(mean, weighted);
}

Findings judge_failure(const sweep::Point& point, const record::RunRecord& run,
                       std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const double predicted = 1 / (5 + (setting.dimension - 1) * setting.sums.h1 / setting.sums.h0);
  const double variance = mean_square(*setting.law);
  const double tolerance =
      variance * product_tolerance(setting, predicted_limit(setting), run.largest_gradient_norm) +
      deviations * measured[training_error];
  const double sequences =
      setting.population ? least_sequences : static_cast<double>(point.integer("sequences"));
  return {predicted,
          measured[ratio],
          tolerance,
          {diagonal_start_margin(setting), point.name("distribution") == "gaussian" ? 1.0 : -1.0,
           sequences / least_sequences - 1},
          {agreement_margin(measured[ratio], predicted, tolerance), (1 + tolerance - measured[ratio]) / 0.8,
           sampled_margin(measured)},
          predicted};
}

}  // namespace

const Theorem& mesa_gaussian_failure() {
  static const Theorem theorem = {
      "mesa.gaussian-failure",
      "Gaussian initial tokens are not recovered",
      "For v ~ N(0, sigma^2 I) the trained model does not recover the sequence: the mean over W and v of "
      "yhat_{t,j} / x_{t+1,j} tends to 1/5, not to 1, however long training and test contexts are. Exact "
      "(derived): the mean is a* b* sigma^2 at every test length. For weights off the diagonal the raw ratio "
      "has no mean over v; its mean over W given v has, and is what is averaged here.",
      "E ratio = a* b* sigma^2 = 1 / (5 + (d-1) H1/(T-2)) -> 1/5;  E_W[ratio | v] = B_jj [A_jj v_j^2 + "
      "sum_{l != "
      "j} A_lj v_l v_j / (t-1)];  sum Re<x, yhat> / sum |x|^2 -> 3 a* b* sigma^2",
      "after Zheng et al. 2024 (arXiv 2405.16845), Proposition 4.1, as encoded here; exact forms derived",
      Standing::paper,
      {diagonal_start_condition(),
       {"gaussian law", "v ~ N(0, sigma^2 I). Margin 1 or -1"},
       {"enough sequences", "the exact population risk, or N >= 1000 sequences. Margin 0, or N/1000 - 1"}},
      {{"mean ratio", "as predicted, at every test length. Margin 1 - |difference| / tolerance"},
       {"no recovery", "the mean ratio stays below 1. Margin (1 + tolerance - ratio) / 0.8"},
       {"fresh sequences",
        "at `test_context` (0: 2T) the sampled mean of E_W[ratio | v] is the exact one, and the sampled "
        "energy-weighted ratio three times that, within 6 standard errors (two-sided 2e-9). Smaller margin 1 "
        "- "
        "|difference| / that. Not judged where the point asks for no fresh sequences: margin 1, the exact "
        "mean "
        "ratio above decides alone"}},
      {{"ratio", "1", "mean over W and v of yhat_{t,j} / x_{t+1,j}: sigma^2 mean_j Re(A_jj B_jj)"},
       {"training_error", "1", "its standard error from the training sequences; 0 for the population risk"},
       {"sampled_ratio", "1", "mean over fresh v of E_W[ratio | v]"},
       {"sampled_error", "1", "its standard error"},
       {"gain", "1", "sum Re<x_{t+1}, yhat_t> / sum |x_{t+1}|^2 over fresh sequences"},
       {"gain_error", "1", "its standard error"},
       {"median_ratio", "1", "median real part of the raw ratios of fresh sequences"}},
      "the gradient at which the flow stops, as for mesa.limit; on a sample also 6 standard errors of its "
      "minimiser",
      speaks_of,
      measure,
      judge_failure};
  return theorem;
}

}  // namespace flowsweep::theory

#include "theory/bound_check.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <limits>

namespace flowsweep::theory {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
// Draws of which a share delta can be told: fewer would leave the bound untested.
double least_draws(double delta) {
  return std::max(100.0, 5 / delta);
}

enum Measurement { exceeded, mean_bound, largest_bound, quantile, trivial_bound, looseness, norms };

// The gap that a share delta of the samples exceeds.
double upper_quantile(std::vector<double> squared_gaps, double radius, double delta) {
  const auto above = static_cast<std::ptrdiff_t>(delta * static_cast<double>(squared_gaps.size()));
  const auto at = squared_gaps.begin() + above;
  std::ranges::nth_element(squared_gaps, at, std::greater{});
  return radius * std::sqrt(*at);
}

}  // namespace

double lowest_share(double count, double draws) {
  if (!(count > 0)) return 0;
  return boost::math::binomial_distribution<>::find_lower_bound_on_p(draws, count, chance);
}

Condition independent_values_condition() {
  return {"independent values", "beta = 0: the value of a token depends on no other token. Margin 1 or -1"};
}

double independent_values_margin(const sweep::Point& point) {
  return point.real("beta") == 0 ? 1 : -1;
}

Condition fixed_norms_condition() {
  return {"fixed norms",
          "rho and kappa, read off the population before any sample, bound every value and key. Margin 1 or "
          "-1"};
}

double fixed_norms_margin(const TokenSource& source) {
  if (!source.population.keys.allFinite() || !source.population.values.allFinite()) return none;
  return source.bounds.covers(source.population) ? 1 : -1;
}

std::vector<record::Quantity> bound_quantities() {
  return {{"exceeded", "1", "share of the samples whose sup (risk - empirical risk) lies above their bound"},
          {"bound", "risk", "mean of the bound over the samples"},
          {"largest_bound", "risk", "largest bound of a sample"},
          {"quantile", "risk", "sup (risk - empirical risk) that a share delta of the samples exceeds"},
          {"trivial_bound", "risk", "2 B, which no risk - empirical risk exceeds"},
          {"looseness", "1", "bound / quantile; never judged"},
          {"norms_margin", "1", "1: the class holds the population; -1: not"}};
}

std::vector<double> bound_measurements(const TokenSource& source, const SampleGaps& gaps, double delta,
                                       const std::function<double(std::size_t sample)>& bound) {
  const double radius = source.bounds.radius;
  const auto draws = static_cast<double>(gaps.squared_gaps.size());
  double above = 0, sum = 0, largest = 0;
  for (std::size_t s = 0; s < gaps.squared_gaps.size(); ++s) {
    const double allowed = bound(s);
    above += radius * std::sqrt(gaps.squared_gaps[s]) > allowed;
    sum += allowed;
    largest = std::max(largest, allowed);
  }
  const double reached = upper_quantile(gaps.squared_gaps, radius, delta);
  return {above / draws,
          sum / draws,
          largest,
          reached,
          2 * source.bounds.loss_bound(),
          sum / draws / reached,
          fixed_norms_margin(source)};
}

std::vector<Condition> bound_hypotheses() {
  return {independent_values_condition(),
          fixed_norms_condition(),
          {"enough draws",
           "at least 100 samples and 5/delta, so that some would lie above a bound that is just met. Margin "
           "draws over that, minus 1"},
          {"content",
           "the bound of every sample is below 2 B, which no gap exceeds. Margin 1 - bound/(2 B); NaN where "
           "the bound says nothing"}};
}

Condition bound_conclusion() {
  return {"validity",
          "the share of samples above their bound is at most delta, but for chance: its lower confidence "
          "limit p of 1 - 1e-6 (Clopper-Pearson) is. Margin 1 - p/delta"};
}

Findings judge_bound(const sweep::Point& point, const record::RunRecord& /*run*/,
                     std::span<const double> measured) {
  const double delta = point.real("delta");
  const auto draws = static_cast<double>(point.integer("draws"));
  const double lowest = lowest_share(std::round(measured[exceeded] * draws), draws);
  const double content = 1 - measured[largest_bound] / measured[trivial_bound];
  Findings findings;
  findings.predicted = delta;
  findings.measured = measured[exceeded];
  findings.tolerance = measured[exceeded] - lowest;
  findings.hypothesis_margins = {independent_values_margin(point), measured[norms],
                                 draws / least_draws(delta) - 1, content > 0 ? content : none};
  findings.conclusion_margins = {std::isnan(measured[exceeded]) ? none : 1 - lowest / delta};
  findings.about_end = false;
  return findings;
}

double bound_seconds(const sweep::Point& point) {
  return sample_gaps_seconds(point, static_cast<double>(point.integer("demonstrations"))) / 2;
}

}  // namespace flowsweep::theory

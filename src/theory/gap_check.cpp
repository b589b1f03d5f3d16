#include "theory/gap_check.hpp"

#include <cmath>
#include <limits>

#include "theory/attention_setting.hpp"

namespace flowsweep::theory {
namespace {

constexpr int growth = 4;

// Risk - empirical risk of the W that is built to make it largest.
double attained_difference(const TokenSource& source, const std::vector<int>& sample) {
  const dual::KernelExpansion best = gap_maximiser(source.population, sample, source.bounds.radius);
  return dual::risk(source.population, best) - dual::empirical_risk(source.population, sample, best);
}

}  // namespace

int longer_length(int count) {
  return growth * count;
}

std::vector<record::Quantity> gap_quantities() {
  return {{"rms_gap", "1", "root mean square of ||M - M^||_F over samples of N tokens"},
          {"rms_deviation", "1", "its standard error, relative"},
          {"rms_law", "1", "sqrt((E[||v||^2 K(k,k)] - ||M||_F^2)/N)"},
          {"longer_rms_gap", "1", "rms gap over samples of 4 N tokens"},
          {"longer_rms_deviation", "1", "its standard error, relative"},
          {"slope", "1", "of log rms gap against log N, from N to 4 N"},
          {"supremum", "risk", "w ||M - M^||_F of the sample with the largest gap"},
          {"difference", "risk", "risk - empirical risk of its maximiser"},
          {"rounding_unit", "risk", "w E[||v||^2 K(k,k)] / ||M - M^||_F of that sample"},
          {"spread", "1", "E||M - M^||_F^2 at 4 N / E[||v||^2 K(k,k)]"}};
}

std::vector<double> gap_measurements(const TokenSource& source, const SampleGaps& near,
                                     const SampleGaps& far) {
  const double second = near.moments.second_moment, radius = source.bounds.radius;
  const bool differs = near.widest_squared > 0;
  const double widest = std::sqrt(near.widest_squared);
  const double none = std::numeric_limits<double>::quiet_NaN();
  return {near.rms(),
          near.relative_deviation(),
          std::sqrt(near.moments.expected_squared_gap(near.count)),
          far.rms(),
          far.relative_deviation(),
          std::log(far.rms() / near.rms()) / std::log(growth),
          radius * widest,
          differs ? attained_difference(source, near.widest) : none,
          radius * second / widest,
          near.moments.expected_squared_gap(far.count) / second};
}

double maximiser_seconds(const sweep::Point& point) {
  constexpr double kernel_value = 12e-9;  // seconds
  const auto size = static_cast<double>(point.integer("population"));
  return 3 * size * size * kernel_value;
}

}  // namespace flowsweep::theory

#include "verify/gap_law.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <span>

namespace flowsweep::verify {
namespace {

constexpr double confidence = 0.99;
constexpr double predicted = -0.5, resolution = 0.25;

using Statistic = double (*)(double sum, double squares, double count);

double deviation(double sum, double squares, double count) {
  return std::sqrt((squares - sum * sum / count) / (count - 1));
}
double root_mean_square(double, double squares, double count) {
  return std::sqrt(squares / count);
}

// The logarithm of a statistic at one number of sequences, with its jackknife variance.
struct Ordinate {
  double weight, x, y, variance;
};

// Values less `centre`, about which the sums lose nothing.
Ordinate ordinate(double x, const std::vector<double>& values, double centre, Statistic statistic) {
  const double count = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (const double value : values) {
    sum += value - centre;
    squares += (value - centre) * (value - centre);
  }
  double mean = 0, spread = 0;
  std::vector<double> left_out;
  for (const double value : values) {
    const double u = value - centre;
    left_out.push_back(std::log(statistic(sum - u, squares - u * u, count - 1)));
    mean += left_out.back() / count;
  }
  for (const double y : left_out) spread += (y - mean) * (y - mean);
  return {count - 1, x, std::log(statistic(sum, squares, count)), spread * (count - 1) / count};
}

Exponent slope(std::span<const Ordinate> ordinates) {
  double weights = 0, middle = 0, square = 0;
  for (const Ordinate& point : ordinates) {
    weights += point.weight;
    middle += point.weight * point.x;
  }
  middle /= weights;
  for (const Ordinate& point : ordinates) square += point.weight * (point.x - middle) * (point.x - middle);
  double value = 0, variance = 0;
  for (const Ordinate& point : ordinates) {
    const double share = point.weight * (point.x - middle) / square;
    value += share * point.y;
    variance += share * share * point.variance;
  }
  const boost::math::students_t law(weights);
  return {value, boost::math::quantile(law, (1 + confidence) / 2) * std::sqrt(variance)};
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

GapLaw gap_law(const std::vector<std::pair<std::int64_t, std::vector<double>>>& differences) {
  GapLaw law;
  std::vector<Ordinate> spreads, sizes;
  for (const auto& [sequences, values] : differences) {
    const double x = std::log(static_cast<double>(sequences)), mean = mean_of(values);
    spreads.push_back(ordinate(x, values, mean, deviation));
    sizes.push_back(ordinate(x, values, 0, root_mean_square));
    law.gaps.push_back({sequences, mean, std::exp(spreads.back().y), std::exp(sizes.back().y)});
  }
  law.spread = slope(spreads);
  law.root_mean_square = slope(sizes);
  return law;
}

bool GapLaw::agrees() const {
  return std::abs(spread.value - predicted) <= spread.half_width;
}

bool GapLaw::resolves() const {
  return spread.half_width < resolution;
}

}  // namespace flowsweep::verify

#include "theory/mesa_spectrum.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "theory/assumptions.hpp"

namespace flowsweep::theory {

using distribution::Factor;

namespace {

// The eigenvalues of [[x, z], [z, y]], the smaller one first.
std::pair<double, double> eigenvalues(double x, double y, double z) {
  const double centre = (x + y) / 2, radius = std::hypot((x - y) / 2, z);
  return {centre - radius, centre + radius};
}

}  // namespace

std::string_view name(Mode mode) {
  constexpr std::string_view names[] = {"valley", "mean diagonal", "differences of diagonals",
                                        "symmetric pairs", "antisymmetric pairs"};
  return names[static_cast<std::size_t>(mode)];
}

std::vector<HessianMode> closed_spectrum(const MesaSetting& setting, const LimitWeights& limit) {
  const auto& law = *setting.law;
  const auto& h = setting.sums;
  const int d = setting.dimension, pairs = d * (d - 1) / 2;
  const PredictedLimit predicted = predicted_limit(setting);
  const double a2 = limit.a * limit.a, b2 = limit.b * limit.b, c = predicted.product, s2 = predicted.s2;
  std::vector<HessianMode> spectrum = {{Mode::valley, 0, 1}, {Mode::mean_diagonal, s2 * (a2 + b2), 1}};
  if (d < 2) return spectrum;
  const double m42 = law.moment(std::vector<Factor>{{0, 4}, {1, 2}});
  const double m222 = d > 2 ? law.moment(std::vector<Factor>{{0, 2}, {1, 2}, {2, 2}}) : 0;
  const double r = s2 - 2 * d * h.h1 * m42;
  const auto differences = eigenvalues(s2 * a2, s2 * b2, c * r);
  const double x = b2 * ((h.h0 + h.h1) * m42 + (d - 2) * h.h1 * m222), y = a2 * s2, z = c * h.h1 * m42;
  const auto symmetric = eigenvalues(x, y, 2 * z);
  for (const double eigenvalue : {differences.first, differences.second})
    spectrum.push_back({Mode::differences, eigenvalue, d - 1});
  for (const double eigenvalue : {symmetric.first, symmetric.second})
    spectrum.push_back({Mode::symmetric_pairs, eigenvalue, pairs});
  for (const double eigenvalue : {x, y}) spectrum.push_back({Mode::antisymmetric_pairs, eigenvalue, pairs});
  return spectrum;
}

double slowest_in(std::span<const HessianMode> spectrum, Mode mode) {
  double least = std::numeric_limits<double>::infinity();
  for (const HessianMode& entry : spectrum)
    if (entry.mode == mode) least = std::min(least, entry.eigenvalue);
  return least;
}

TransverseCurvature transverse_curvature(const MesaSetting& setting, const LimitWeights& limit) {
  const std::vector<HessianMode> spectrum = closed_spectrum(setting, limit);
  const double largest = slowest_in(spectrum, Mode::mean_diagonal);
  if (setting.dimension < 2) return {largest, largest, largest};
  return {slowest_in(spectrum, Mode::differences), slowest_in(spectrum, Mode::symmetric_pairs), largest};
}

namespace {

// A moment over the first coordinates with these powers, and its degree.
struct Pattern {
  std::vector<Factor> factors;
  std::size_t degree;
};

// Every partition of a degree <= 6 with an odd part.
std::vector<Pattern> odd_patterns() {
  const std::vector<std::vector<int>> odd = {{1},
                                             {3},
                                             {5},
                                             {1, 1},
                                             {2, 1},
                                             {3, 1},
                                             {3, 2},
                                             {4, 1},
                                             {3, 3},
                                             {5, 1},
                                             {1, 1, 1},
                                             {2, 1, 1},
                                             {2, 2, 1},
                                             {3, 1, 1},
                                             {3, 2, 1},
                                             {4, 1, 1},
                                             {1, 1, 1, 1},
                                             {2, 1, 1, 1},
                                             {2, 2, 1, 1},
                                             {3, 1, 1, 1},
                                             {1, 1, 1, 1, 1},
                                             {2, 1, 1, 1, 1},
                                             {1, 1, 1, 1, 1, 1}};
  std::vector<Pattern> patterns;
  for (const std::vector<int>& powers : odd) {
    Pattern pattern{{}, 0};
    for (const int power : powers) {
      pattern.factors.push_back({static_cast<int>(pattern.factors.size()), power});
      pattern.degree += static_cast<std::size_t>(power);
    }
    patterns.push_back(std::move(pattern));
  }
  return patterns;
}

}  // namespace

bool coordinatewise_symmetric(const distribution::Law& law) {
  if (!law.exchangeable()) return false;
  static const std::vector<Pattern> patterns = odd_patterns();
  std::array<double, 7> unit{1};
  const Factor square{0, 2};
  unit[1] = std::sqrt(law.moment({&square, 1}));
  for (std::size_t degree = 2; degree < unit.size(); ++degree) unit[degree] = unit[degree - 1] * unit[1];
  return std::ranges::all_of(patterns, [&](const Pattern& pattern) {
    return static_cast<int>(pattern.factors.size()) > law.dimension() ||
           std::abs(law.moment(pattern.factors)) <= moment_tolerance * unit[pattern.degree];
  });
}

}  // namespace flowsweep::theory

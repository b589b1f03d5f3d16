#include "theory/mesa_spectrum.hpp"

#include <cmath>
#include <vector>

#include "theory/assumptions.hpp"

namespace flowsweep::theory {

using distribution::Factor;

TransverseCurvature transverse_curvature(const MesaSetting& setting, const LimitWeights& limit) {
  const auto& law = *setting.law;
  const auto& h = setting.sums;
  const int d = setting.dimension;
  const PredictedLimit predicted = predicted_limit(setting);
  const double a2 = limit.a * limit.a, b2 = limit.b * limit.b, c = predicted.product, s2 = predicted.s2;
  TransverseCurvature curvature{s2 * (a2 + b2), s2 * (a2 + b2), s2 * (a2 + b2)};
  if (d < 2) return curvature;
  const double m42 = law.moment(std::vector<Factor>{{0, 4}, {1, 2}});
  const double m222 = d > 2 ? law.moment(std::vector<Factor>{{0, 2}, {1, 2}, {2, 2}}) : 0;
  const double r = s2 - 2 * d * h.h1 * m42;
  curvature.differences = s2 * (a2 + b2) / 2 - std::sqrt(s2 * s2 * (a2 - b2) * (a2 - b2) / 4 + c * c * r * r);
  const double x = b2 * ((h.h0 + h.h1) * m42 + (d - 2) * h.h1 * m222), y = a2 * s2, z = c * h.h1 * m42;
  curvature.off_diagonal = (x + y) / 2 - std::sqrt((x - y) * (x - y) / 4 + 4 * z * z);
  return curvature;
}

bool coordinatewise_symmetric(const distribution::Law& law) {
  if (!law.exchangeable()) return false;
  // Every partition of a degree <= 6 with an odd part.
  static const std::vector<std::vector<int>> odd = {{1},
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
  const double unit = std::sqrt(law.moment(std::vector<Factor>{{0, 2}}));
  for (const std::vector<int>& powers : odd) {
    if (static_cast<int>(powers.size()) > law.dimension()) continue;
    std::vector<Factor> factors;
    int degree = 0;
    for (const int power : powers) {
      factors.push_back({static_cast<int>(factors.size()), power});
      degree += power;
    }
    if (!(std::abs(law.moment(factors)) <= moment_tolerance * std::pow(unit, degree))) return false;
  }
  return true;
}

}  // namespace flowsweep::theory

#include "theory/mesa_diagonal_gradient.hpp"

#include <cmath>
#include <cstddef>

namespace flowsweep::theory {
namespace {

using distribution::Factor;

double moment(const MesaSetting& setting, std::initializer_list<Factor> factors) {
  return setting.law->moment({factors.begin(), factors.size()});
}

// What the four formulas need of the law, at coordinates p and q, or j.
struct PairMoments {
  double cubes, linear, mixed;  // E v_p^3 v_q^3, H1 E v_p v_q^3, H1 E v_p v_q^5 + H2 sum_k ..
};
struct CoordinateStrength {
  double linear, row, column;  // H0 kappa1, H0 kappa2 + H1 row sum, H0 kappa2 + H1 column sum
};

PairMoments pair_moments(const MesaSetting& setting, int p, int q) {
  double mixed = setting.sums.h1 * moment(setting, {{p, 1}, {q, 5}});
  for (int k = 0; k < setting.dimension; ++k)
    if (k != p && k != q) mixed += setting.sums.h2 * moment(setting, {{k, 2}, {p, 1}, {q, 3}});
  return {moment(setting, {{p, 3}, {q, 3}}), setting.sums.h1 * moment(setting, {{p, 1}, {q, 3}}), mixed};
}

CoordinateStrength strength(const MesaSetting& setting, int j) {
  const Kappas k = kappas(*setting.law, j);
  double column = 0;
  for (int r = 0; r < setting.dimension; ++r)
    if (r != j) column += moment(setting, {{j, 4}, {r, 2}});
  const auto& h = setting.sums;
  return {h.h0 * k.kappa1, h.h0 * k.kappa2 + h.h1 * k.kappa3, h.h0 * k.kappa2 + h.h1 * column};
}

}  // namespace

std::vector<double> diagonal_gradient(const MesaSetting& setting, double a, double b) {
  const int d = setting.dimension;
  const auto size = static_cast<std::size_t>(d);
  const bool exchangeable = setting.law->exchangeable();
  std::vector<double> gradient(2 * size * size);
  PairMoments pair{};
  CoordinateStrength own{};
  for (int p = 0; p < d; ++p)
    for (int q = 0; q < d; ++q) {
      const std::size_t in_b = size * static_cast<std::size_t>(p) + static_cast<std::size_t>(q);
      const std::size_t in_a = size * size + in_b;
      if (p == q) {
        if (p == 0 || !exchangeable) own = strength(setting, p);
        gradient[in_b] = a * (a * b * own.row - own.linear);
        gradient[in_a] = b * (a * b * own.column - own.linear);
      } else {
        if ((p == 0 && q == 1) || !exchangeable) pair = pair_moments(setting, p, q);
        gradient[in_b] = a * a * b * setting.sums.h1 * pair.cubes;
        gradient[in_a] = b * (a * b * (setting.sums.h1 * pair.cubes + pair.mixed) - pair.linear);
      }
    }
  return gradient;
}

double normal_norm(std::span<const double> gradient, int dimension) {
  const auto d = static_cast<std::size_t>(dimension);
  double sum = 0;
  for (std::size_t half = 0; half < 2; ++half) {
    const auto block = gradient.subspan(half * d * d, d * d);
    double mean = 0;
    for (std::size_t j = 0; j < d; ++j) mean += block[d * j + j] / static_cast<double>(d);
    for (std::size_t k = 0; k < d * d; ++k) {
      const double part = k % (d + 1) == 0 ? block[k] - mean : block[k];
      sum += part * part;
    }
  }
  return std::sqrt(sum);
}

}  // namespace flowsweep::theory

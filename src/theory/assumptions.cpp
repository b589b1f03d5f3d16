#include "theory/assumptions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace flowsweep::theory {
namespace {

using distribution::Factor;
using distribution::Law;

// Powers r2.. of the other coordinates of a moment in which one coordinate has power one: at most three,
// degree <= 6.
const std::vector<std::vector<int>>& single_power_partners() {
  static const std::vector<std::vector<int>> partners = {
      {},     {1},    {2},    {3},    {4},       {5},       {1, 1},    {2, 1},
      {2, 2}, {3, 1}, {3, 2}, {4, 1}, {1, 1, 1}, {2, 1, 1}, {2, 2, 1}, {3, 1, 1}};
  return partners;
}

// Largest |moment| over all assignments of distinct coordinates to `powers`; exchangeable laws need one.
double largest_moment(const Law& law, const std::vector<int>& powers, std::vector<Factor>& chosen) {
  if (chosen.size() == powers.size()) return std::abs(law.moment(chosen));
  double largest = 0;
  for (int j = 0; j < law.dimension(); ++j) {
    if (std::ranges::any_of(chosen, [j](const Factor& factor) { return factor.coordinate == j; })) continue;
    chosen.push_back({j, powers[chosen.size()]});
    largest = std::max(largest, largest_moment(law, powers, chosen));
    chosen.pop_back();
    if (law.exchangeable()) break;
  }
  return largest;
}

double unit(const Law& law) {
  double largest = 0;
  for (int j = 0; j < law.dimension(); ++j)
    largest = std::max(largest, law.moment(std::vector<Factor>{{j, 2}}));
  return std::sqrt(largest);
}

// Largest relative spread of f(j) over coordinates; infinite if any is not finite.
template <typename F>
double spread(const Law& law, F f) {
  const double first = f(0);
  double largest = std::isfinite(first) ? 0 : std::numeric_limits<double>::infinity();
  const int coordinates = law.exchangeable() ? 1 : law.dimension();
  for (int j = 1; j < coordinates; ++j)
    largest = std::max(
        largest, std::abs(f(j) - first) / std::max(std::abs(first), std::numeric_limits<double>::min()));
  return largest;
}

double pair_violation(const Law& law, const risk::ContextSums& sums, int p, int q) {
  const auto moment = [&law](std::vector<Factor> factors) { return law.moment(factors); };
  double mixed = sums.h1 * moment({{p, 1}, {q, 5}});
  for (int k = 0; k < law.dimension(); ++k)
    if (k != p && k != q) mixed += sums.h2 * moment({{k, 2}, {p, 1}, {q, 3}});
  const double s = unit(law);
  return std::max({std::abs(moment({{p, 3}, {q, 3}})) / std::pow(s, 6),
                   std::abs(moment({{p, 1}, {q, 3}})) / std::pow(s, 4),
                   std::abs(mixed) / ((sums.h1 + sums.h2) * std::pow(s, 6))});
}

double largest_pair_violation(const Law& law, const risk::ContextSums& sums) {
  double largest = 0;
  const int d = law.dimension();
  if (law.exchangeable()) return d > 1 ? pair_violation(law, sums, 0, 1) : 0;
  for (int p = 0; p < d; ++p)
    for (int q = 0; q < d; ++q)
      if (p != q) largest = std::max(largest, pair_violation(law, sums, p, q));
  return largest;
}

// H0 kappa2(j) + H1 sum_r E v_j^4 v_r^2: what the flow of A sees where that of B sees kappa3.
double column_strength(const Law& law, const risk::ContextSums& sums, int j) {
  double sum = 0;
  for (int r = 0; r < law.dimension(); ++r)
    if (r != j) sum += law.moment(std::vector<Factor>{{j, 4}, {r, 2}});
  return sums.h0 * kappas(law, j).kappa2 + sums.h1 * sum;
}

}  // namespace

double diagonal_start_margin(const MesaSetting& setting) {
  if (!setting.diagonal_start) return -setting.perturbation;
  // A strict inequality: a margin of 0 would count as inside.
  const double least = std::min(setting.a0, setting.b0);
  return least > 0 ? least : std::min(least, -std::numeric_limits<double>::min());
}

double single_power_margin(const Law& law) {
  const double s = unit(law);
  double largest = 0;
  for (std::vector<int> powers : single_power_partners()) {
    if (static_cast<int>(powers.size()) >= law.dimension()) continue;
    powers.insert(powers.begin(), 1);
    int degree = 0;
    for (const int power : powers) degree += power;
    std::vector<Factor> chosen;
    largest = std::max(largest, largest_moment(law, powers, chosen) / std::pow(s, degree));
  }
  return moment_tolerance - largest;
}

double equal_kappas_margin(const Law& law) {
  const double largest = std::max({spread(law, [&](int j) { return kappas(law, j).kappa1; }),
                                   spread(law, [&](int j) { return kappas(law, j).kappa2; }),
                                   spread(law, [&](int j) { return kappas(law, j).kappa3; })});
  return moment_tolerance - largest;
}

double invariance_margin(const MesaSetting& setting) {
  const Law& law = *setting.law;
  if (setting.dimension == 1) return moment_tolerance;
  const auto row = [&](int j) {
    const Kappas k = kappas(law, j);
    return setting.sums.h0 * k.kappa2 + setting.sums.h1 * k.kappa3;
  };
  const double largest = std::max(
      {largest_pair_violation(law, setting.sums), spread(law, [&](int j) { return kappas(law, j).kappa1; }),
       spread(law, row), spread(law, [&](int j) { return column_strength(law, setting.sums, j); })});
  return moment_tolerance - largest;
}

}  // namespace flowsweep::theory

#include "theory/assumptions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "theory/sample_tests.hpp"

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

double value_of(const Law& law, std::vector<Factor> factors) {
  return law.moment(factors);
}

double unit(const Law& law) {
  double largest = 0;
  for (int j = 0; j < law.dimension(); ++j) largest = std::max(largest, value_of(law, {{j, 2}}));
  return std::sqrt(largest);
}

int degree(std::span<const Factor> factors) {
  int sum = 0;
  for (const Factor& factor : factors) sum += factor.power;
  return sum;
}

// Keeps the largest violation, NaN before all; the name is only made for it.
template <typename Name>
void keep(Offence& worst, double value, double demanded, double violation, Name name) {
  if (std::isnan(worst.violation) || violation <= worst.violation) return;
  worst = {name(), value, demanded, violation};
}

// Searches the assignments of distinct coordinates to powers (the first one is 1) for the largest |moment|.
class SinglePowerSearch {
 public:
  explicit SinglePowerSearch(const Law& law) : law_(law), unit_(unit(law)) {}

  Offence worst() {
    for (const std::vector<int>& partners : single_power_partners()) {
      if (static_cast<int>(partners.size()) >= law_.dimension()) continue;
      powers_ = {1};
      powers_.insert(powers_.end(), partners.begin(), partners.end());
      assign();
    }
    return worst_;
  }

 private:
  void assign() {
    if (chosen_.size() == powers_.size()) {
      const double value = law_.moment(chosen_);
      keep(worst_, value, 0, std::abs(value) / std::pow(unit_, degree(chosen_)),
           [&] { return moment_name(chosen_); });
      return;
    }
    const int power = powers_[chosen_.size()];
    const bool ordered = !chosen_.empty() && chosen_.back().power == power;  // equal powers commute
    for (int j = ordered ? chosen_.back().coordinate + 1 : 0; j < law_.dimension(); ++j) {
      if (std::ranges::find(chosen_, j, &Factor::coordinate) != chosen_.end()) continue;
      chosen_.push_back({j, power});
      if (!vanishes()) assign();
      chosen_.pop_back();
      if (law_.exchangeable()) break;
    }
  }

  // Whether the factor chosen last makes every moment with it 0.
  bool vanishes() const { return law_.independent() && law_.moment({&chosen_.back(), 1}) == 0; }

  const Law& law_;
  double unit_;
  std::vector<int> powers_;
  std::vector<Factor> chosen_;
  Offence worst_;
};

// The largest relative difference of f(j) from f(0); infinite if one is not finite.
template <typename F>
void keep_spread(Offence& worst, const Law& law, const char* name, F f) {
  const double first = f(0), scale = std::max(std::abs(first), std::numeric_limits<double>::min());
  for (int j = 0; j < (law.exchangeable() ? 1 : law.dimension()); ++j) {
    const double value = f(j);
    const double difference =
        std::isfinite(value) ? std::abs(value - first) / scale : std::numeric_limits<double>::infinity();
    keep(worst, value, first, difference, [&] { return fmt::format("{} at j = {}", name, j + 1); });
  }
}

void keep_pair(Offence& worst, const Law& law, const risk::ContextSums& sums, int p, int q) {
  double mixed = sums.h1 * value_of(law, {{p, 1}, {q, 5}});
  for (int k = 0; k < law.dimension(); ++k)
    if (k != p && k != q) mixed += sums.h2 * value_of(law, {{k, 2}, {p, 1}, {q, 3}});
  const double s = unit(law), cubes = value_of(law, {{p, 3}, {q, 3}}), odd = value_of(law, {{p, 1}, {q, 3}});
  const std::vector<Factor> cube_factors = {{p, 3}, {q, 3}}, odd_factors = {{p, 1}, {q, 3}};
  keep(worst, cubes, 0, std::abs(cubes) / std::pow(s, 6), [&] { return moment_name(cube_factors); });
  keep(worst, odd, 0, std::abs(odd) / std::pow(s, 4), [&] { return moment_name(odd_factors); });
  keep(worst, mixed, 0, std::abs(mixed) / ((sums.h1 + sums.h2) * std::pow(s, 6)),
       [&] { return fmt::format("H1 E v_{0} v_{1}^5 + H2 sum_k E v_k^2 v_{0} v_{1}^3", p + 1, q + 1); });
}

void keep_pairs(Offence& worst, const Law& law, const risk::ContextSums& sums) {
  const int d = law.dimension();
  for (int p = 0; p < (law.exchangeable() ? 1 : d); ++p)
    for (int q = law.exchangeable() ? 1 : 0; q < (law.exchangeable() ? 2 : d); ++q)
      if (p != q) keep_pair(worst, law, sums, p, q);
}

// sum_r E v_j^4 v_r^2: what the flow of A sees where that of B sees kappa3.
double column_sum(const Law& law, int j) {
  double sum = 0;
  for (int r = 0; r < law.dimension(); ++r)
    if (r != j) sum += value_of(law, {{j, 4}, {r, 2}});
  return sum;
}

// The gradients of the diagonal entries agree.
void keep_diagonal(Offence& worst, const Law& law, const risk::ContextSums& sums) {
  keep_spread(worst, law, "kappa1", [&](int j) { return kappas(law, j).kappa1; });
  keep_spread(worst, law, "H0 kappa2 + H1 kappa3", [&](int j) {
    const Kappas k = kappas(law, j);
    return sums.h0 * k.kappa2 + sums.h1 * k.kappa3;
  });
  keep_spread(worst, law, "H0 kappa2 + H1 sum_r E v_j^4 v_r^2",
              [&](int j) { return sums.h0 * kappas(law, j).kappa2 + sums.h1 * column_sum(law, j); });
}

}  // namespace

std::string moment_name(std::span<const Factor> factors) {
  std::string name = "E";
  for (const Factor& factor : factors) {
    name += fmt::format(" v_{}", factor.coordinate + 1);
    if (factor.power > 1) name += fmt::format("^{}", factor.power);
  }
  return name;
}

Offence single_power_offence(const Law& law) {
  return SinglePowerSearch(law).worst();
}

Offence equal_kappas_offence(const Law& law) {
  Offence worst;
  keep_spread(worst, law, "kappa1", [&](int j) { return kappas(law, j).kappa1; });
  keep_spread(worst, law, "kappa2", [&](int j) { return kappas(law, j).kappa2; });
  keep_spread(worst, law, "kappa3", [&](int j) { return kappas(law, j).kappa3; });
  return worst;
}

Offence invariance_offence(const Law& law, const risk::ContextSums& sums) {
  Offence worst;
  if (law.dimension() == 1) return worst;
  keep_pairs(worst, law, sums);
  keep_diagonal(worst, law, sums);
  return worst;
}

Offence masked_invariance_offence(const Law& law, const risk::ContextSums& sums) {
  Offence worst;
  if (law.dimension() > 1) keep_diagonal(worst, law, sums);
  return worst;
}

double diagonal_start_margin(const MesaSetting& setting) {
  if (!setting.diagonal_start) return -setting.perturbation;
  // A strict inequality: a margin of 0 would count as inside.
  const double least = std::min(setting.a0, setting.b0);
  return least > 0 ? least : std::min(least, -std::numeric_limits<double>::min());
}

double single_power_margin(const Law& law) {
  if (const auto* table = law.sample_table()) return single_power_test(*table).margin();
  return moment_tolerance - single_power_offence(law).violation;
}

double equal_kappas_margin(const Law& law) {
  if (const auto* table = law.sample_table()) return equal_kappas_test(*table).margin();
  return moment_tolerance - equal_kappas_offence(law).violation;
}

double invariance_margin(const MesaSetting& setting) {
  const auto test = setting.masked ? masked_invariance_test : invariance_test;
  if (const auto* table = setting.law->sample_table()) return test(*table, setting.sums).margin();
  const auto offence = setting.masked ? masked_invariance_offence : invariance_offence;
  return moment_tolerance - offence(*setting.law, setting.sums).violation;
}

}  // namespace flowsweep::theory

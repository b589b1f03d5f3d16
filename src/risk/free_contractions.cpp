#include "risk/free_contractions.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <tuple>

namespace flowsweep::risk {
namespace {

using distribution::Factor;
using distribution::Law;

using Sizes = std::array<int, 6>;  // how often each index of a pattern occurs

Sizes sizes(const QuadraticPattern& pattern) {
  Sizes result{};
  for (const int index : pattern) ++result[index];
  return result;
}

// Moments E v_{j1}^{n1} v_{j2}^{n2} .. of an exchangeable law by the powers in descending order; 0 if the
// law has fewer coordinates: then no such indices exist.
class PowerMoments {
 public:
  explicit PowerMoments(const Law& law) : law_(law) {}

  double operator()(Sizes powers) {
    std::ranges::sort(powers, std::greater<>());
    const auto [found, is_new] = known_.try_emplace(powers, 0.0);
    if (is_new) found->second = moment(powers);
    return found->second;
  }

 private:
  double moment(const Sizes& powers) const {
    std::vector<Factor> factors;
    for (const int power : powers)
      if (power > 0) factors.push_back({static_cast<int>(factors.size()), power});
    return static_cast<int>(factors.size()) > law_.dimension() ? 0.0 : law_.moment(factors);
  }

  const Law& law_;
  std::map<Sizes, double> known_;
};

bool all_even(const Sizes& powers) {
  return std::ranges::all_of(powers, [](int power) { return power % 2 == 0; });
}

bool without_odd_moments(const Law& law) {
  for (int j = 0; j < law.dimension(); ++j)
    for (const int power : {1, 3, 5})
      if (law.moment(std::vector<Factor>{{j, power}}) != 0) return false;
  return true;
}

// One way to merge the indices of a pattern: merged[j] is the new name of index j, sign the Moebius function
// prod (-1)^{n-1} (n-1)! over groups of n.
struct Merger {
  std::array<std::uint8_t, 6> merged;
  double sign;
};

std::vector<Merger> mergers(int indices) {
  std::vector<Merger> all;
  for (const QuadraticPattern& groups : growth_patterns<6>()) {
    // Those that leave the surplus positions alone: each has a new number.
    bool fits = true;
    for (int j = indices; j < 6; ++j) fits = fits && groups[j] > *std::max_element(&groups[0], &groups[j]);
    if (!fits) continue;
    double sign = 1;
    for (const int n : sizes(groups))
      for (int k = 1; k < n; ++k) sign *= -k;
    all.push_back({groups, sign});
  }
  return all;
}

IndexWeight weight_of(const Sizes& powers) {
  const int largest = *std::ranges::max_element(powers);
  return largest == 6 ? IndexWeight::sixth : largest == 4 ? IndexWeight::fourth : IndexWeight::none;
}

struct Sum {
  double value = 0, size = 0;  // of the terms and of their moduli
  void add(double term) {
    value += term;
    size += std::abs(term);
  }
};
using Key = std::tuple<int, int, QuadraticPattern, IndexWeight>;

// Adds one sum over different indices.
void add_free(const QuadraticCharge& charge, double coefficient, IndexWeight weight,
              const std::vector<Merger>& ways, std::map<Key, Sum>& sums) {
  for (const Merger& way : ways) {
    QuadraticPattern pattern = charge.pattern;
    for (auto& index : pattern) index = way.merged[index];
    sums[{charge.term.code(), charge.conjugate.code(), pattern, weight}].add(way.sign * coefficient);
  }
}

// What is left after cancellation is rounding below this share.
constexpr double rounding = 1e-14;

std::vector<FreeContraction> collect(const std::map<Key, Sum>& sums) {
  const auto halves = all_token_halves();
  std::vector<FreeContraction> result;
  for (const auto& [key, sum] : sums) {
    const auto& [term, conjugate, pattern, weight] = key;
    if (std::abs(sum.value) > rounding * sum.size)
      result.push_back({halves[term], halves[conjugate], pattern, weight, sum.value});
  }
  return result;
}

}  // namespace

bool has_free_contractions(const Law& law) {
  return law.exchangeable() || (law.independent() && without_odd_moments(law));
}

std::vector<FreeContraction> free_contractions(const Law& law, const ContextSums& context) {
  if (!has_free_contractions(law))
    throw std::invalid_argument(
        "population risk in all blocks: the law must be exchangeable, or independent without odd moments");
  std::array<std::vector<Merger>, 7> ways;
  for (int indices = 1; indices <= 6; ++indices) ways[indices] = mergers(indices);
  PowerMoments moments(law);
  std::map<Key, Sum> sums;
  for (const QuadraticCharge& charge : quadratic_charges()) {
    const Sizes powers = sizes(charge.pattern);
    const bool exchangeable = law.exchangeable();
    const double moment = exchangeable ? moments(powers) : all_even(powers) ? 1.0 : 0.0;
    const double coefficient = quadratic_value(charge.count, context) * moment;
    if (coefficient != 0)
      add_free(charge, coefficient, exchangeable ? IndexWeight::none : weight_of(powers),
               ways[blocks(charge.pattern)], sums);
  }
  return collect(sums);
}

}  // namespace flowsweep::risk

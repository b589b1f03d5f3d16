#include "risk/token_charges.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace flowsweep::risk {
namespace {

// Counts at t = 5, 6, 7 give the polynomial, t = 4 tests it, what t = 2 and t = 3 have more is kept.
constexpr int first_step = 2, last_step = 7;
using Counts = std::array<int, last_step + 1>;  // [t]

PhaseFreeCount fit(const Counts& n) {
  PhaseFreeCount c;
  c.quadratic = (n[7] - 2 * n[6] + n[5]) / 2;
  c.linear = n[7] - n[6] - c.quadratic * (36 - 25);
  c.constant = n[7] - c.quadratic * 36 - c.linear * 6;
  const auto rest = [&](int t) {
    return n[t] - (c.quadratic * (t - 1) * (t - 1) + c.linear * (t - 1) + c.constant);
  };
  c.at_two = rest(2);
  c.at_three = rest(3);
  for (const int t : {4, 5, 6, 7})
    if (rest(t) != 0) throw std::logic_error("token charges: a count is no polynomial from t = 4 on");
  return c;
}

template <std::size_t Size>
bool phase_free(const std::array<int, Size>& charges, const std::array<std::uint8_t, Size>& pattern) {
  std::array<int, Size> sums{};
  for (std::size_t k = 0; k < Size; ++k) sums[pattern[k]] += charges[k];
  return std::ranges::all_of(sums, [](int sum) { return sum == 0; });
}

int first_position(const TokenHalves& halves) {
  return 1 + std::max(halves.value, halves.key);
}

std::array<int, 3> charges(const TokenHalves& halves, int s, int t) {
  return {s - 1 - halves.value, halves.key + 1 - s, t - 1 - halves.query};
}

// Charges of (k, l, m, k', l', m') of every (s, s') at every t, in the order of t.
struct PairCharges {
  int t;
  std::array<int, 6> charges;
};
std::vector<PairCharges> pair_charges(const TokenHalves& term, const TokenHalves& conjugate) {
  std::vector<PairCharges> all;
  for (int t = first_step; t <= last_step; ++t)
    for (int s = first_position(term); s <= t; ++s)
      for (int r = first_position(conjugate); r <= t; ++r) {
        const auto x = charges(term, s, t), y = charges(conjugate, r, t);
        all.push_back({t, {x[0], x[1], x[2], -y[0], -y[1], -y[2]}});
      }
  return all;
}

std::vector<QuadraticCharge> count_quadratic() {
  const auto patterns = growth_patterns<6>();
  std::vector<QuadraticCharge> found;
  for (const TokenHalves& term : all_token_halves())
    for (const TokenHalves& conjugate : all_token_halves()) {
      if (term.charge() != conjugate.charge()) continue;
      const auto pairs = pair_charges(term, conjugate);
      for (const QuadraticPattern& pattern : patterns) {
        Counts counts{};
        for (const PairCharges& pair : pairs) counts[pair.t] += phase_free(pair.charges, pattern);
        if (std::ranges::any_of(counts, std::identity{}))
          found.push_back({term, conjugate, pattern, fit(counts)});
      }
    }
  return found;
}

std::vector<LinearCharge> count_linear() {
  std::vector<LinearCharge> found;
  for (const TokenHalves& term : all_token_halves())
    for (const LinearPattern& pattern : growth_patterns<4>()) {
      Counts counts{};
      for (int t = first_step; t <= last_step; ++t)
        for (int s = first_position(term); s <= t; ++s) {
          const auto x = charges(term, s, t);
          counts[t] += phase_free<4>({-t, x[0], x[1], x[2]}, pattern);
        }
      if (std::ranges::any_of(counts, std::identity{})) found.push_back({term, pattern, fit(counts)});
    }
  return found;
}

}  // namespace

std::array<TokenHalves, 8> all_token_halves() {
  std::array<TokenHalves, 8> all{};
  for (int code = 0; code < 8; ++code) all[code] = {code / 4, code / 2 % 2, code % 2};
  return all;
}

const std::vector<QuadraticCharge>& quadratic_charges() {
  static const std::vector<QuadraticCharge> all = count_quadratic();
  return all;
}

const std::vector<LinearCharge>& linear_charges() {
  static const std::vector<LinearCharge> all = count_linear();
  return all;
}

double quadratic_value(const PhaseFreeCount& count, const ContextSums& sums) {
  const bool reaches_three = sums.h0 >= 2;  // T >= 4
  return count.quadratic * sums.h0 + count.linear * sums.h1 + count.constant * sums.h2 + count.at_two +
         (reaches_three ? count.at_three / 4.0 : 0.0);
}

double linear_value(const PhaseFreeCount& count, const ContextSums& sums) {
  const bool reaches_three = sums.h0 >= 2;
  return count.linear * sums.h0 + count.constant * sums.h1 + count.at_two +
         (reaches_three ? count.at_three / 2.0 : 0.0);
}

}  // namespace flowsweep::risk

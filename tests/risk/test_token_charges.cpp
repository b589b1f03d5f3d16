#include "risk/token_charges.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::risk;

namespace {

// Both sums have at most 40 terms of order one.
constexpr double rounding = 1e-13;

// Pairs (s, s') at step t without a phase, straight from e_s = (x_s, x_{s-1}), x_0 = 0, x_s = lambda^{s-1} v.
int direct_pairs(const TokenHalves& x, const TokenHalves& y, const QuadraticPattern& pattern, int t) {
  int pairs = 0;
  for (int s = 1; s <= t; ++s)
    for (int r = 1; r <= t; ++r) {
      if (s - x.value < 1 || s - x.key < 1 || r - y.value < 1 || r - y.key < 1) continue;
      const int powers[6] = {s - x.value - 1,    -(s - x.key - 1), t - x.query - 1,
                             -(r - y.value - 1), r - y.key - 1,    -(t - y.query - 1)};
      int sums[6] = {};
      for (int k = 0; k < 6; ++k) sums[pattern[k]] += powers[k];
      pairs += std::all_of(sums, sums + 6, [](int sum) { return sum == 0; });
    }
  return pairs;
}

int direct_singles(const TokenHalves& x, const LinearPattern& pattern, int t) {
  int singles = 0;
  for (int s = 1; s <= t; ++s) {
    if (s - x.value < 1 || s - x.key < 1) continue;
    const int powers[4] = {-t, s - x.value - 1, -(s - x.key - 1), t - x.query - 1};
    int sums[4] = {};
    for (int k = 0; k < 4; ++k) sums[pattern[k]] += powers[k];
    singles += std::all_of(sums, sums + 4, [](int sum) { return sum == 0; });
  }
  return singles;
}

using Key = std::tuple<int, int, QuadraticPattern>;
std::map<Key, PhaseFreeCount> table() {
  std::map<Key, PhaseFreeCount> all;
  for (const QuadraticCharge& charge : quadratic_charges())
    CHECK(all.insert({{charge.term.code(), charge.conjugate.code(), charge.pattern}, charge.count}).second);
  return all;
}

}  // namespace

TEST_CASE("the patterns are the partitions of six indices", "[token-charges]") {
  CHECK(growth_patterns<6>().size() == 203);
  CHECK(growth_patterns<4>().size() == 15);
  CHECK(blocks(QuadraticPattern{0, 1, 0, 2, 1, 0}) == 3);
}

TEST_CASE("of all 64 x 203 pairs 1704 are not zero, 1671 at T = 3", "[token-charges]") {
  const auto& charges = quadratic_charges();
  CHECK(charges.size() == 1704);
  const ContextSums shortest = context_sums(3);
  CHECK(std::ranges::count_if(charges, [&](const QuadraticCharge& charge) {
          return quadratic_value(charge.count, shortest) != 0;
        }) == 1671);
}

TEST_CASE("the counts are those of every pair of every step", "[token-charges]") {
  const auto known = table();
  for (const int t : {2, 3, 4, 9, 14})
    for (const TokenHalves& x : all_token_halves())
      for (const TokenHalves& y : all_token_halves())
        for (const QuadraticPattern& pattern : growth_patterns<6>()) {
          const auto found = known.find({x.code(), y.code(), pattern});
          const PhaseFreeCount c = found == known.end() ? PhaseFreeCount{} : found->second;
          const int expected = c.quadratic * (t - 1) * (t - 1) + c.linear * (t - 1) + c.constant +
                               (t == 2 ? c.at_two : 0) + (t == 3 ? c.at_three : 0);
          const int counted = direct_pairs(x, y, pattern, t);
          if (counted != expected) {
            CAPTURE(t, x.code(), y.code(), static_cast<int>(found == known.end()));
            CHECK(counted == expected);
          }
        }
}

TEST_CASE("sums over a long context are those of direct counts", "[token-charges]") {
  constexpr int context = 40;
  const ContextSums sums = context_sums(context);
  // Every seventeenth pair: all kinds of counts occur among them.
  for (std::size_t k = 0; k < quadratic_charges().size(); k += 17) {
    const QuadraticCharge& charge = quadratic_charges()[k];
    double expected = 0;
    for (int t = 2; t < context; ++t)
      expected += direct_pairs(charge.term, charge.conjugate, charge.pattern, t) / ((t - 1.0) * (t - 1.0));
    CAPTURE(k);
    CHECK(std::abs(quadratic_value(charge.count, sums) - expected) <= rounding * std::max(1.0, expected));
  }
}

TEST_CASE("the linear term has two patterns, both of (P1, Q21)", "[token-charges]") {
  CHECK(linear_charges().size() == 2);
  for (const LinearCharge& charge : linear_charges()) {
    CHECK(charge.term.code() == TokenHalves{0, 1, 0}.code());
    for (const int context : {3, 4, 12}) {
      double expected = 0;
      for (int t = 2; t < context; ++t)
        expected += direct_singles(charge.term, charge.pattern, t) / (t - 1.0);
      CHECK(linear_value(charge.count, context_sums(context)) == Approx(expected).epsilon(rounding));
    }
  }
  int others = 0;
  for (const TokenHalves& x : all_token_halves())
    for (const LinearPattern& pattern : growth_patterns<4>())
      for (const int t : {2, 3, 4, 9}) others += direct_singles(x, pattern, t) > 0;
  CHECK(others == 2 * 4);
}

TEST_CASE("only terms of one charge correlate", "[token-charges]") {
  for (const QuadraticCharge& charge : quadratic_charges())
    CHECK(charge.term.charge() == charge.conjugate.charge());
}

#include "theory/sample_tests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "theory/assumptions.hpp"

namespace flowsweep::theory {
namespace {

using distribution::Estimate;
using distribution::Factor;
using distribution::Monomial;
using distribution::SampleTable;

using Polynomial = std::vector<Monomial>;

constexpr int highest_degree = 6, most_coordinates = 4;

// A moment that ought to be 0, before it is tested.
struct Claim {
  std::string name;
  Estimate estimate;
  double scale;
};

// Largest E v_j^6: by Hoelder's inequality no moment of degree n exceeds its power n/6.
double largest_sixth(const SampleTable& table) {
  double largest = 0;
  for (int j = 0; j < table.dimension(); ++j)
    largest = std::max(largest, table.estimate(Polynomial{{1, {{j, 6}}}}).mean);
  return largest;
}

double scale_of_degree(double sixth, int degree) {
  return std::pow(sixth, degree / 6.0);
}

// Rows after which the interval excludes 0, or lies within the margin, if the estimates are right.
double rows_that_decide(const MomentTest& test, double z, double deviation, double unseen) {
  const double room = equivalence_margin * test.scale - std::abs(test.value);
  const double infinite = std::numeric_limits<double>::infinity();
  const double small = room > 0 ? std::pow(z * deviation / room, 2) : infinite;
  const double apart = test.value != 0 ? std::pow(z * deviation / test.value, 2) : infinite;
  return std::ceil(std::max(std::min(small, apart), unseen / equivalence_margin));
}

MomentTest test_of(const Claim& claim, double z, double unseen, std::size_t rows) {
  const auto n = static_cast<double>(rows);
  MomentTest test{claim.name, claim.estimate.mean, 0, claim.scale, claim.estimate.heaviest};
  test.half_width = z * claim.estimate.deviation / std::sqrt(n) + claim.scale * unseen / n;
  if (test.lowest() > 0)
    test.outcome = Outcome::unmet;
  else if (!(test.highest() <= equivalence_margin))
    test.outcome = Outcome::undecided;
  if (test.outcome == Outcome::undecided)
    test.rows_needed = rows_that_decide(test, z, claim.estimate.deviation, unseen);
  return test;
}

// Whether a says more about the hypothesis than b: the moment farthest from 0, then the widest interval.
bool decides_before(const MomentTest& a, const MomentTest& b) {
  if (a.outcome != b.outcome) return a.outcome > b.outcome;
  return a.outcome == Outcome::unmet ? a.lowest() > b.lowest() : a.highest() > b.highest();
}

SampleTest summary(std::vector<MomentTest> moments) {
  SampleTest result;
  for (const MomentTest& test : moments) {
    if (&test == &moments.front() || decides_before(test, result.deciding)) result.deciding = test;
    result.rows_needed = std::max(result.rows_needed, test.rows_needed);
  }
  result.moments = std::move(moments);
  return result;
}

SampleTest tested(const std::vector<Claim>& claims, std::size_t rows) {
  std::vector<MomentTest> moments;
  const double share =
      (1 - sample_confidence) / 2 / static_cast<double>(std::max<std::size_t>(claims.size(), 1));
  const double z = normal_bound(share), unseen = -std::log(share);
  for (const Claim& claim : claims) moments.push_back(test_of(claim, z, unseen, rows));
  return summary(std::move(moments));
}

// Visits every monomial of degree <= 6 in at most four of the coordinates from `first` on.
void visit_monomials(int dimension, std::vector<Factor>& factors, int first, int degree,
                     const std::function<void(const std::vector<Factor>&, int degree)>& visit) {
  if (!factors.empty()) visit(factors, degree);
  if (static_cast<int>(factors.size()) == most_coordinates) return;
  for (int j = first; j < dimension; ++j)
    for (int power = 1; degree + power <= highest_degree; ++power) {
      factors.push_back({j, power});
      visit_monomials(dimension, factors, j + 1, degree + power, visit);
      factors.pop_back();
    }
}

Polynomial scaled(Polynomial terms, double factor) {
  for (Monomial& term : terms) term.coefficient *= factor;
  return terms;
}

Polynomial sum(Polynomial terms, const Polynomial& more) {
  terms.insert(terms.end(), more.begin(), more.end());
  return terms;
}

Polynomial power(int j, int exponent) {
  return {{1, {{j, exponent}}}};
}

// sum over r != j of v_j^own v_r^other
Polynomial coupled(int dimension, int j, int own, int other) {
  Polynomial terms;
  for (int r = 0; r < dimension; ++r)
    if (r != j) terms.push_back({1, {{j, own}, {r, other}}});
  return terms;
}

// That a polynomial of the coordinate j has the same expectation for every j.
template <typename F>
void claim_equal(std::vector<Claim>& claims, const SampleTable& table, const std::string& name, double scale,
                 F polynomial) {
  for (int j = 1; j < table.dimension(); ++j) {
    const Polynomial difference = sum(polynomial(j), scaled(polynomial(0), -1));
    claims.push_back(
        {fmt::format("{} at j = {} less that at j = 1", name, j + 1), table.estimate(difference), scale});
  }
}

void claim_pair(std::vector<Claim>& claims, const SampleTable& table, const risk::ContextSums& sums,
                double sixth, int p, int q) {
  const double total = sums.h1 + sums.h2;
  Polynomial mixed = {{sums.h1 / total, {{p, 1}, {q, 5}}}};
  for (int k = 0; k < table.dimension(); ++k)
    if (k != p && k != q) mixed.push_back({sums.h2 / total, {{k, 2}, {p, 1}, {q, 3}}});
  const std::vector<Factor> odd = {{p, 1}, {q, 3}}, cubes = {{p, 3}, {q, 3}};
  claims.push_back({moment_name(odd), table.estimate(Polynomial{{1, odd}}), scale_of_degree(sixth, 4)});
  if (p < q) claims.push_back({moment_name(cubes), table.estimate(Polynomial{{1, cubes}}), sixth});
  claims.push_back(
      {fmt::format("(H1 E v_{0} v_{1}^5 + H2 sum_k E v_k^2 v_{0} v_{1}^3)/(H1 + H2)", p + 1, q + 1),
       table.estimate(mixed), sixth});
}

void claim_diagonal(std::vector<Claim>& claims, const SampleTable& table, const risk::ContextSums& sums,
                    double sixth) {
  const int d = table.dimension();
  const double share = sums.h1 / sums.h0;
  claim_equal(claims, table, "kappa1", scale_of_degree(sixth, 4), [](int j) { return power(j, 4); });
  claim_equal(claims, table, "kappa2 + kappa3 H1/H0", sixth,
              [&](int j) { return sum(power(j, 6), scaled(coupled(d, j, 2, 4), share)); });
  claim_equal(claims, table, "kappa2 + sum_r E v_j^4 v_r^2 H1/H0", sixth,
              [&](int j) { return sum(power(j, 6), scaled(coupled(d, j, 4, 2), share)); });
}

// 1 - kappa1(j)^2 / (kappa2(j) E v_j^2), which the rows meet exactly or not at all.
Claim support_claim(const SampleTable& table, int j) {
  const double energy = table.estimate(power(j, 2)).mean, kappa1 = table.estimate(power(j, 4)).mean,
               kappa2 = table.estimate(power(j, 6)).mean;
  const double gap = kappa2 > 0 ? 1 - kappa1 * kappa1 / (kappa2 * energy) : 0;
  Claim claim{fmt::format("1 - kappa1^2/(kappa2 E v_{}^2)", j + 1), {}, 1};
  if (std::abs(gap) <= moment_tolerance) return claim;
  // First-order change of the gap with the three moments, row by row (delta method).
  const Polynomial change = {{-2 * kappa1 / (kappa2 * energy), {{j, 4}}},
                             {kappa1 * kappa1 / (kappa2 * kappa2 * energy), {{j, 6}}},
                             {kappa1 * kappa1 / (kappa2 * energy * energy), {{j, 2}}}};
  claim.estimate = table.estimate(change);
  claim.estimate.mean = gap;
  return claim;
}

// An equality that rows miss is not met, however near: undecided until the interval excludes 0.
void leave_open(MomentTest& test, std::size_t rows) {
  test.outcome = Outcome::undecided;
  test.rows_needed = std::ceil(static_cast<double>(rows) * std::pow(test.half_width / test.value, 2));
}

}  // namespace

double MomentTest::lowest() const {
  return std::max(0.0, std::abs(value) - half_width) / scale;
}

double MomentTest::highest() const {
  return (std::abs(value) + half_width) / scale;
}

double SampleTest::margin() const {
  switch (outcome()) {
    case Outcome::met:
      return moments.empty() ? equivalence_margin : equivalence_margin - deciding.highest();
    case Outcome::unmet:
      return -deciding.lowest();
    case Outcome::undecided:
      break;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

SampleTest single_power_test(const SampleTable& table) {
  std::vector<Claim> claims;
  std::vector<Factor> factors;
  const double sixth = largest_sixth(table);
  visit_monomials(table.dimension(), factors, 0, 0, [&](const std::vector<Factor>& chosen, int degree) {
    if (std::ranges::find(chosen, 1, &Factor::power) == chosen.end()) return;
    claims.push_back(
        {moment_name(chosen), table.estimate(Polynomial{{1, chosen}}), scale_of_degree(sixth, degree)});
  });
  return tested(claims, table.rows());
}

SampleTest equal_kappas_test(const SampleTable& table) {
  std::vector<Claim> claims;
  const int d = table.dimension();
  const double sixth = largest_sixth(table);
  claim_equal(claims, table, "kappa1", scale_of_degree(sixth, 4), [](int j) { return power(j, 4); });
  claim_equal(claims, table, "kappa2", sixth, [](int j) { return power(j, 6); });
  claim_equal(claims, table, "kappa3", sixth, [d](int j) { return coupled(d, j, 2, 4); });
  return tested(claims, table.rows());
}

SampleTest invariance_test(const SampleTable& table, const risk::ContextSums& sums) {
  std::vector<Claim> claims;
  const double sixth = largest_sixth(table);
  for (int p = 0; p < table.dimension(); ++p)
    for (int q = 0; q < table.dimension(); ++q)
      if (p != q) claim_pair(claims, table, sums, sixth, p, q);
  claim_diagonal(claims, table, sums, sixth);
  return tested(claims, table.rows());
}

SampleTest masked_invariance_test(const SampleTable& table, const risk::ContextSums& sums) {
  std::vector<Claim> claims;
  claim_diagonal(claims, table, sums, largest_sixth(table));
  return tested(claims, table.rows());
}

SampleTest support_test(const SampleTable& table) {
  std::vector<Claim> claims;
  for (int j = 0; j < table.dimension(); ++j) claims.push_back(support_claim(table, j));
  SampleTest result = tested(claims, table.rows());
  for (MomentTest& test : result.moments)
    if (test.outcome == Outcome::met && test.value != 0) leave_open(test, table.rows());
  return summary(std::move(result.moments));
}

std::vector<MomentTest> kappa_intervals(const SampleTable& table) {
  std::vector<Claim> claims;
  const double sixth = largest_sixth(table);
  for (int j = 0; j < table.dimension(); ++j) {
    claims.push_back({"E v^2", table.estimate(power(j, 2)), scale_of_degree(sixth, 2)});
    claims.push_back({"kappa1", table.estimate(power(j, 4)), scale_of_degree(sixth, 4)});
    claims.push_back({"kappa2", table.estimate(power(j, 6)), sixth});
    claims.push_back({"kappa3", table.estimate(coupled(table.dimension(), j, 2, 4)), sixth});
  }
  return tested(claims, table.rows()).moments;
}

double normal_bound(double probability) {
  double low = 0, high = 40;
  while (high - low > 1e-12) {
    const double middle = (low + high) / 2;
    (std::erfc(middle / std::sqrt(2.0)) > probability ? low : high) = middle;
  }
  return high;
}

}  // namespace flowsweep::theory

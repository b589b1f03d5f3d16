#include "risk/population.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <set>

#include "brute_force.hpp"
#include "core/instruction_set.hpp"
#include "random_laws.hpp"
#include "risk/charge_patterns.hpp"
#include "support/catch.hpp"
#include "support/gradient_check.hpp"

using namespace flowsweep;
using test::FiniteProductLaw;
using test::largest_difference;
using test::random_law;
using test::random_vector;

namespace {

// Both sides are sums of up to 1e6 terms of order one in double precision.
constexpr double brute_force_tolerance = 2e-12;

void compare_with_brute_force(std::shared_ptr<FiniteProductLaw> law, int context, CounterRng& rng) {
  const int d = law->dimension();
  const auto theta = random_vector(rng, static_cast<std::size_t>(2 * d * d), 0.7);
  const auto expected = test::brute_force(law->atoms(), context, theta);
  for (const auto set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (set > detected_instruction_set()) continue;
    set_active_instruction_set(set);
    risk::PopulationRisk risk(law, context);
    std::vector<double> gradient(theta.size());
    const double value = risk.gradient(theta, gradient);
    CAPTURE(d, context, name(set));
    CHECK(std::abs(value - expected.risk) <= brute_force_tolerance * std::max(1.0, expected.risk));
    CHECK(largest_difference(gradient, expected.gradient) <= brute_force_tolerance);
  }
  set_active_instruction_set(detected_instruction_set());
}

// sum over all index tuples with the pattern table: O(d^7), the formula as written.
double table_quadratic(const distribution::Law& law, const risk::ContextSums& sums,
                       std::span<const double> theta) {
  const int d = law.dimension();
  const double* B = theta.data();
  const double* A = B + d * d;
  double total = 0;
  int n[6];
  long tuples = std::lround(std::pow(d, 6));
  for (long code = 0; code < tuples; ++code) {
    long rest = code;
    for (int& index : n) {
      index = static_cast<int>(rest % d);
      rest /= d;
    }
    std::string pattern;
    std::vector<int> seen;
    for (const int index : n) {
      const auto found = std::find(seen.begin(), seen.end(), index);
      pattern += static_cast<char>('0' + (found - seen.begin()));
      if (found == seen.end()) seen.push_back(index);
    }
    double c = 0;
    for (const auto& entry : risk::charge_patterns)
      if (entry.pattern == pattern) c = risk::value(entry.sum, sums);
    if (c == 0) continue;
    std::vector<distribution::Factor> factors;
    for (const int index : seen) factors.push_back({index, static_cast<int>(std::count(n, n + 6, index))});
    double gram = 0;
    for (int i = 0; i < d; ++i) gram += B[i * d + n[0]] * B[i * d + n[3]];
    total += 0.5 * gram * A[n[1] * d + n[2]] * A[n[4] * d + n[5]] * c * law.moment(factors);
  }
  return total;
}

}  // namespace

TEST_CASE("the pattern table counts the charges", "[population]") {
  // lambda_k^s lambda_l^{1-s} lambda_m^{t-1} conj(...): every restricted growth string of length 6, by
  // integer charges.
  for (const int context : {3, 4, 5, 6, 9, 14}) {
    const auto sums = risk::context_sums(context);
    int patterns = 0;
    for (int code = 0; code < 6 * 6 * 6 * 6 * 6 * 6; ++code) {
      int n[6], rest = code, largest = -1;
      bool growth = true;
      std::string text;
      for (int& index : n) {
        index = rest % 6;
        rest /= 6;
        growth = growth && index <= largest + 1;
        largest = std::max(largest, index);
        text += static_cast<char>('0' + index);
      }
      if (!growth) continue;
      ++patterns;
      double counted = 0;
      for (int t = 2; t <= context - 1; ++t) {
        long pairs = 0;
        for (int s = 1; s < t; ++s)
          for (int r = 1; r < t; ++r) {
            int charge[6] = {};
            charge[n[0]] += s;
            charge[n[1]] += 1 - s;
            charge[n[2]] += t - 1;
            charge[n[3]] -= r;
            charge[n[4]] -= 1 - r;
            charge[n[5]] -= t - 1;
            pairs += std::all_of(charge, charge + 6, [](int q) { return q == 0; });
          }
        counted += static_cast<double>(pairs) / ((t - 1.0) * (t - 1.0));
      }
      double stated = 0;
      for (const auto& entry : risk::charge_patterns)
        if (entry.pattern == text) stated = risk::value(entry.sum, sums);
      CAPTURE(context, text);
      CHECK(counted == Approx(stated).epsilon(1e-14).margin(1e-14));
    }
    CHECK(patterns == 203);
  }
}

TEST_CASE("population risk and gradient equal brute force over all phases", "[population]") {
  CounterRng rng(20261122, 1);
  INFO("seed 20261122");
  for (const bool identical : {false, true}) {
    for (const int context : {3, 4, 6})
      compare_with_brute_force(random_law(rng, 2, 3, identical), context, rng);
    for (const int context : {3, 4}) compare_with_brute_force(random_law(rng, 3, 2, identical), context, rng);
    compare_with_brute_force(random_law(rng, 1, 4, identical), 7, rng);
  }
  // Four distinct indices occur from d = 4 on.
  compare_with_brute_force(random_law(rng, 4, 1, false), 3, rng);
}

TEST_CASE("population risk of the shipped laws equals brute force over quadrature nodes", "[population]") {
  // Four-point quadratures that are exact up to degree 7: the laws' first six moments are those of finite
  // laws.
  const double inner = std::sqrt(3 - std::sqrt(6.0)), outer = std::sqrt(3 + std::sqrt(6.0));
  const double p_inner = (3 + std::sqrt(6.0)) / 12, p_outer = (3 - std::sqrt(6.0)) / 12;
  const FiniteProductLaw::Coordinate normal{{-outer, -inner, inner, outer},
                                            {p_outer, p_inner, p_inner, p_outer}};
  CounterRng rng(20261122, 2);
  INFO("seed 20261122");
  const double scale = 0.8;
  FiniteProductLaw::Coordinate scaled = normal;
  for (double& value : scaled.values) value *= scale;
  const FiniteProductLaw quadrature({scaled, scaled}, true);
  const auto theta = random_vector(rng, 8, 0.7);
  const auto expected = test::brute_force(quadrature.atoms(), 5, theta);
  risk::PopulationRisk risk(distribution::find_family("gaussian")->make(2, {&scale, 1}), 5);
  std::vector<double> gradient(8);
  CHECK(risk.gradient(theta, gradient) == Approx(expected.risk).epsilon(brute_force_tolerance));
  CHECK(largest_difference(gradient, expected.gradient) <= brute_force_tolerance);

  for (const std::string law : {"sparse", "full-one", "rademacher"}) {
    std::vector<test::Atom> atoms;
    const int d = 3;
    if (law == "full-one") atoms = {{{scale, scale, scale}, 1.0}};
    if (law == "rademacher")
      for (int bits = 0; bits < 8; ++bits)
        atoms.push_back(
            {{bits & 1 ? scale : -scale, bits & 2 ? scale : -scale, bits & 4 ? scale : -scale}, 0.125});
    if (law == "sparse")
      for (int j = 0; j < d; ++j)
        for (const double sign : {-1.0, 1.0}) {
          atoms.push_back({{0, 0, 0}, 1.0 / 6});
          atoms.back().v[j] = sign * scale;
        }
    CAPTURE(law);
    const auto weights = random_vector(rng, 18, 0.7);
    const auto reference = test::brute_force(atoms, 4, weights);
    risk::PopulationRisk exact(distribution::find_family(law)->make(d, {&scale, 1}), 4);
    std::vector<double> g(18);
    CHECK(exact.gradient(weights, g) == Approx(reference.risk).epsilon(brute_force_tolerance));
    CHECK(largest_difference(g, reference.gradient) <= brute_force_tolerance);
  }
}

TEST_CASE("the contracted kernel equals the pattern table in higher dimensions", "[population]") {
  CounterRng rng(20261122, 3);
  INFO("seed 20261122");
  for (const int d : {4, 5, 6})
    for (const bool identical : {false, true}) {
      const auto law = random_law(rng, d, 2, identical);
      const auto theta = random_vector(rng, static_cast<std::size_t>(2 * d * d), 0.5);
      risk::PopulationRisk risk(law, 7);
      std::vector<double> gradient(theta.size());
      const double value = risk.gradient(theta, gradient);
      double linear = 0, energy = 0;
      for (int i = 0; i < d; ++i) {
        const std::vector<distribution::Factor> square = {{i, 2}}, fourth = {{i, 4}};
        energy += law->moment(square);
        double slope = risk.sums().h0 * theta[d * d + i * d + i] * law->moment(fourth);
        for (int l = 0; l < d; ++l) {
          const std::vector<distribution::Factor> mixed = {{i, 3}, {l, 1}};
          if (l != i) slope += risk.sums().h1 * theta[d * d + l * d + i] * law->moment(mixed);
        }
        linear += theta[i * d + i] * slope;
      }
      const double expected =
          0.5 * risk.sums().h0 * energy - linear + table_quadratic(*law, risk.sums(), theta);
      CAPTURE(d, identical);
      CHECK(value == Approx(expected).epsilon(1e-12));
    }
}

TEST_CASE("population gradients and Hessian products pass the gradient check", "[population]") {
  CounterRng rng(20261122, 4);
  INFO("seed 20261122");
  for (const auto set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (set > detected_instruction_set()) continue;
    set_active_instruction_set(set);
    for (const int d : {1, 2, 3, 5, 8, 9, 17})
      for (const bool identical : {false, true}) {
        risk::PopulationRisk risk(random_law(rng, d, 3, identical), 12);
        const auto theta = random_vector(rng, risk.size(), 0.3);
        CAPTURE(d, identical, name(set));
        CHECK(test::check_gradient(risk, theta).within(test::CheckTolerance{}.gradient));
        CHECK(test::check_hessian_product(risk, theta, random_vector(rng, risk.size(), 1.0))
                  .within(test::CheckTolerance{}.hessian_product));
      }
  }
  set_active_instruction_set(detected_instruction_set());
}

TEST_CASE("the risk does not change when a column of B and of A changes sign together", "[population]") {
  CounterRng rng(20261122, 5);
  INFO("seed 20261122");
  for (const bool identical : {false, true}) {
    constexpr std::size_t d = 4;
    risk::PopulationRisk risk(random_law(rng, d, 3, identical), 9);
    std::vector<double> theta = random_vector(rng, 2 * d * d, 0.5), gradient(2 * d * d);
    const double before = risk.gradient(theta, gradient);
    for (std::size_t row = 0; row < 2 * d; ++row) theta[row * d + 1] *= -1;
    CHECK(risk.gradient(theta, gradient) == Approx(before).epsilon(1e-13));
    theta[0] *= -1;
    CHECK(risk.gradient(theta, gradient) != Approx(before).epsilon(1e-3));
  }
}

TEST_CASE("the gradient on the diagonal set is the one of the invariance analysis", "[population]") {
  // Two-point law 2 w.p. 1/3, -1 w.p. 2/3, d = 2, T = 5: dA_12 = H1 (E v^3)^2 a b^2 = 0.132.
  const FiniteProductLaw::Coordinate two_point{{2, -1}, {1.0 / 3, 2.0 / 3}};
  risk::PopulationRisk risk(std::make_shared<FiniteProductLaw>(std::vector{two_point, two_point}, true), 5);
  const auto theta = risk::diagonal_start(2, 0.2, 0.3);
  std::vector<double> gradient(8);
  risk.gradient(theta, gradient);
  const double third = (8.0 - 2.0) / 3;
  CHECK(gradient[5] == Approx(risk.sums().h1 * third * third * 0.2 * 0.09).epsilon(1e-14));
  CHECK(gradient[5] == Approx(0.132).epsilon(1e-12));
}

TEST_CASE("context sums are exact for every context", "[population]") {
  const auto small = risk::context_sums(5);
  CHECK(small.h0 == 3);
  CHECK(small.h1 == Approx(1 + 1.0 / 2 + 1.0 / 3).epsilon(1e-15));
  CHECK(small.h2 == Approx(1 + 1.0 / 4 + 1.0 / 9).epsilon(1e-15));
  for (const std::int64_t context : {65, 66, 67, 68, 100, 1000, 100000}) {
    long double h1 = 0, h2 = 0;
    for (std::int64_t k = context - 2; k >= 1; --k) {
      h1 += 1.0L / k;
      h2 += 1.0L / k / k;
    }
    const auto sums = risk::context_sums(context);
    CAPTURE(context);
    CHECK(std::abs(static_cast<double>(sums.h1 - h1)) <= 4e-16 * static_cast<double>(h1));
    CHECK(std::abs(static_cast<double>(sums.h2 - h2)) <= 4e-16 * static_cast<double>(h2));
  }
  CHECK_THROWS_AS(risk::PopulationRisk(distribution::find_family("gaussian")->make(2, std::vector{1.0}), 2),
                  std::invalid_argument);
}

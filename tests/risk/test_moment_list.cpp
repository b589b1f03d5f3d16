#include "risk/moment_list.hpp"

#include <algorithm>
#include <cmath>

#include "brute_force.hpp"
#include "core/error.hpp"
#include "distribution/sample_table.hpp"
#include "risk/population.hpp"
#include "support/catch.hpp"
#include "support/gradient_check.hpp"
#include "support/wrong_gradient.hpp"

using namespace flowsweep;

namespace {

constexpr std::uint64_t seed = 20261123;
// Both sides are sums of up to 1e6 terms of order one in double precision.
constexpr double brute_force_tolerance = 2e-12;
// Two orders of summation over the same terms.
constexpr double rounding = 1e-12;

std::vector<double> random_vector(CounterRng& rng, std::size_t n, double scale) {
  std::vector<double> values(n);
  for (double& value : values) value = scale * rng.normal();
  return values;
}

double largest_difference(std::span<const double> a, std::span<const double> b) {
  double largest = 0, size = 1;
  for (std::size_t k = 0; k < a.size(); ++k) {
    largest = std::max(largest, std::abs(a[k] - b[k]));
    size = std::max(size, std::abs(b[k]));
  }
  return largest / size;
}

// Random atoms with random weights: no symmetry, no independence.
std::vector<test::Atom> random_atoms(CounterRng& rng, int d, int count) {
  std::vector<test::Atom> atoms;
  for (int k = 0; k < count; ++k)
    atoms.push_back({random_vector(rng, static_cast<std::size_t>(d), 1), rng.uniform()});
  double total = 0;
  for (const test::Atom& atom : atoms) total += atom.probability;
  for (test::Atom& atom : atoms) atom.probability /= total;
  return atoms;
}

std::shared_ptr<const distribution::Law> law_of(const std::vector<test::Atom>& atoms) {
  std::vector<double> parameters = {1};
  for (const test::Atom& atom : atoms) {
    parameters.insert(parameters.end(), atom.v.begin(), atom.v.end());
    parameters.push_back(atom.probability);
  }
  return distribution::find_family("finite")->make(static_cast<int>(atoms[0].v.size()), parameters);
}

// One component off by a millionth of the largest.
void spoil(std::span<double> gradient) {
  const double largest =
      std::abs(*std::ranges::max_element(gradient, {}, [](double x) { return std::abs(x); }));
  gradient[gradient.size() / 2] += 1e-6 * largest;
}

}  // namespace

TEST_CASE("the population risk of any law equals brute force over all phases", "[moment-list]") {
  CounterRng rng(seed, 1);
  CAPTURE(seed);
  struct Size {
    int d, context, atoms;
  };
  for (const auto& [d, context, count] :
       {Size{1, 5, 3}, {2, 3, 4}, {2, 4, 4}, {2, 6, 3}, {3, 3, 4}, {3, 4, 3}, {3, 5, 2}, {4, 3, 2}}) {
    const auto atoms = random_atoms(rng, d, count);
    const auto theta = random_vector(rng, static_cast<std::size_t>(2 * d * d), 0.7);
    const auto expected = test::brute_force(atoms, context, theta);
    risk::PopulationRisk risk(law_of(atoms), context);
    std::vector<double> gradient(theta.size());
    CAPTURE(d, context);
    CHECK(risk.gradient(theta, gradient) == Approx(expected.risk).epsilon(brute_force_tolerance));
    CHECK(largest_difference(gradient, expected.gradient) <= brute_force_tolerance);
  }
}

TEST_CASE("the risk of a table's rows equals brute force over rows and phases", "[moment-list]") {
  CounterRng rng(seed, 7);
  CAPTURE(seed);
  for (const int d : {1, 2, 3}) {
    const std::vector<double> values = random_vector(rng, static_cast<std::size_t>(5 * d), 1);
    std::vector<test::Atom> atoms;
    for (auto row = values.begin(); row != values.end(); row += d) atoms.push_back({{row, row + d}, 0.2});
    const auto table =
        std::make_shared<distribution::SampleTable>("rows.csv", static_cast<std::size_t>(d), values);
    const auto theta = random_vector(rng, static_cast<std::size_t>(2 * d * d), 0.7);
    const auto expected = test::brute_force(atoms, 4, theta);
    risk::PopulationRisk risk(std::make_shared<distribution::SampleLaw>(table), 4);
    std::vector<double> gradient(theta.size());
    CAPTURE(d);
    CHECK(risk.gradient(theta, gradient) == Approx(expected.risk).epsilon(brute_force_tolerance));
    CHECK(largest_difference(gradient, expected.gradient) <= brute_force_tolerance);
  }
}

TEST_CASE("signed pairs equal brute force over their signs", "[moment-list]") {
  CounterRng rng(seed, 2);
  CAPTURE(seed);
  const std::vector<double> parameters = {0.8, 1, 2, 0, 1, 0.5, 0, 1.5, 2, 1, 1, 1, 3};
  std::vector<test::Atom> atoms;
  for (std::size_t row = 1; row < parameters.size(); row += 4)
    for (unsigned signs = 0; signs < 8; ++signs) {
      atoms.push_back({{}, parameters[row + 3] / 6 / 8});
      for (unsigned j = 0; j < 3; ++j)
        atoms.back().v.push_back(((signs >> j & 1u) != 0 ? -0.8 : 0.8) * parameters[row + j]);
    }
  const auto theta = random_vector(rng, 18, 0.7);
  const auto expected = test::brute_force(atoms, 4, theta);
  risk::PopulationRisk risk(distribution::find_family("signed-pairs")->make(3, parameters), 4);
  std::vector<double> gradient(18);
  CHECK(risk.gradient(theta, gradient) == Approx(expected.risk).epsilon(brute_force_tolerance));
  CHECK(largest_difference(gradient, expected.gradient) <= brute_force_tolerance);
}

TEST_CASE("the list of terms equals the contraction for the laws that have both", "[moment-list]") {
  CounterRng rng(seed, 3);
  CAPTURE(seed);
  for (const auto& [name, parameters] : {std::pair<const char*, std::vector<double>>{"skewed", {0.8}},
                                         {"shifted-gaussian", {0.7, 0.3}},
                                         {"equicorrelated-gaussian", {0.9, 0.4}},
                                         {"sphere", {1.5}},
                                         {"anisotropic-gaussian", {0.5, 1.2}}})
    for (const int d : {4, 5, 7}) {
      const auto law = distribution::find_family(name)->make(d, parameters);
      risk::PopulationRisk contracted(law, 9);
      risk::MomentList list(*law, contracted.sums());
      const auto theta = random_vector(rng, contracted.size(), 0.5);
      const auto direction = random_vector(rng, contracted.size(), 1);
      std::vector<double> one(theta.size()), other(theta.size());
      CAPTURE(name, d);
      const double value = contracted.gradient(theta, one);
      CHECK(list.gradient(theta, other) == Approx(value).epsilon(rounding));
      CHECK(largest_difference(other, one) <= rounding);
      contracted.hessian_product(theta, direction, one);
      list.hessian_product(theta, direction, other);
      CHECK(largest_difference(other, one) <= rounding);
    }
}

TEST_CASE("gradients and Hessian products of the list pass the check, a wrong one fails it",
          "[moment-list]") {
  CounterRng rng(seed, 4);
  CAPTURE(seed);
  for (const int d : {1, 2, 3, 5, 8}) {
    risk::PopulationRisk risk(law_of(random_atoms(rng, d, 6)), 12);
    const auto theta = random_vector(rng, risk.size(), 0.3);
    CAPTURE(d);
    CHECK(test::check_gradient(risk, theta).within(test::CheckTolerance{}.gradient));
    CHECK(test::check_hessian_product(risk, theta, random_vector(rng, risk.size(), 1.0))
              .within(test::CheckTolerance{}.hessian_product));
    test::WrongGradient wrong(risk, spoil);
    CHECK(!test::check_gradient(wrong, theta).within(test::CheckTolerance{}.gradient));
  }
}

TEST_CASE("coupled cubes push the flow off the diagonal set", "[moment-list]") {
  // p(x, y) = (1 + .2 h(x) h(y)) / 16 on {+-1, +-2}^2: dA_12 = a b^2 H1 E v_1^3 v_2^3 with E v_1^3 v_2^3
  // = 1.8, dB_12 = a^2 b H1 1.8; the rest of the off-diagonal gradient vanishes with E v_1 v_2^3 = E v_1
  // v_2^5.
  const auto h = [](double x) { return std::abs(x) == 1 ? 2 * x : -x / 2; };
  std::vector<test::Atom> atoms;
  for (const double x : {-2., -1., 1., 2.})
    for (const double y : {-2., -1., 1., 2.}) atoms.push_back({{x, y}, (1 + 0.2 * h(x) * h(y)) / 16});
  risk::PopulationRisk risk(law_of(atoms), 5);
  std::vector<double> gradient(8);
  risk.gradient(risk::diagonal_start(2, 0.2, 0.3), gradient);
  CHECK(gradient[5] == Approx(risk.sums().h1 * 1.8 * 0.2 * 0.09).epsilon(1e-12));
  CHECK(gradient[5] == Approx(0.0594).epsilon(1e-12));
  CHECK(gradient[1] == Approx(risk.sums().h1 * 1.8 * 0.04 * 0.3).epsilon(1e-12));
}

TEST_CASE("terms with zero moments are left out, and a list that is too long is refused", "[moment-list]") {
  const auto sums = risk::context_sums(9);
  const auto even = distribution::find_family("sphere")->make(6, std::vector{1.0});
  const auto odd = distribution::find_family("skewed")->make(6, std::vector{1.0});
  const risk::MomentList few(*even, sums), most(*odd, sums);
  CHECK(few.terms() < most.terms());
  CHECK(16 * most.terms() <= risk::moment_list_bytes(6));
  CHECK(risk::moment_list_bytes(64) <= risk::moment_list_limit);
  CHECK(risk::moment_list_bytes(65) > risk::moment_list_limit);
  const auto wide = law_of({{std::vector<double>(65, 1.0), 1.0}});
  CHECK_THROWS_AS(risk::PopulationRisk(wide, 9), InputError);
}

#include <algorithm>
#include <cmath>
#include <numeric>

#include "reference_laws.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using distribution::Factor;
using distribution::Law;

namespace {

constexpr int degree = 6;           // of the moments that laws declare
constexpr int nodes = 4;            // Gauss rules of 4 nodes are exact up to degree 7
constexpr double rounding = 1e-13;  // relative to E|v^powers|: sums of up to 4^4 terms

// E |v_1|^|powers| bounds the terms of a moment, also of one that vanishes.
double size_of(const std::vector<test::Atom>& atoms, const std::vector<int>& powers) {
  double sum = 0;
  for (const test::Atom& atom : atoms) {
    double product = atom.probability;
    for (std::size_t j = 0; j < powers.size(); ++j) product *= std::pow(std::abs(atom.v[j]), powers[j]);
    sum += product;
  }
  return sum;
}

// E v^powers as the product of the moments of single coordinates.
double product_of_margins(const Law& law, const std::vector<int>& powers) {
  double product = 1;
  for (const Factor& factor : test::factors_of(powers)) product *= law.moment({&factor, 1});
  return product;
}

}  // namespace

TEST_CASE("analytic moments equal quadrature and enumeration in every mixed power up to degree 6",
          "[moments]") {
  for (const test::ReferenceLaw& reference : test::reference_laws())
    for (const int d : {1, 2, 3, 4}) {
      const auto law = reference.law(d);
      const auto atoms = reference.atoms_of(d, nodes);
      CAPTURE(reference.family, d);
      CHECK(law->dimension() == d);
      for (const std::vector<int>& powers : test::power_vectors(d, degree)) {
        CAPTURE(powers);
        const double expected = test::moment(atoms, powers);
        const double tolerance = rounding * std::max(size_of(atoms, powers), 1e-300);
        CHECK(std::abs(law->moment(test::factors_of(powers)) - expected) <= tolerance);
      }
    }
}

TEST_CASE("moments of one coordinate equal quadrature and enumeration up to degree 12", "[moments]") {
  constexpr int more_nodes = 7;          // exact up to degree 13
  constexpr double accumulated = 1e-12;  // nodes are solved for to rounding, and raised to powers of 12
  for (const test::ReferenceLaw& reference : test::reference_laws())
    for (const int d : {1, 2}) {
      const auto law = reference.law(d);
      const auto atoms = reference.atoms_of(d, more_nodes);
      for (int power = 7; power <= std::min(12, reference.finite_degree - 1); ++power) {
        CAPTURE(reference.family, d, power);
        std::vector<int> powers(static_cast<std::size_t>(d));
        powers.back() = power;
        const double tolerance = accumulated * std::max(size_of(atoms, powers), 1e-300);
        CHECK(std::abs(law->moment(test::factors_of(powers)) - test::moment(atoms, powers)) <= tolerance);
      }
    }
}

TEST_CASE("the reference rules integrate what they claim to", "[moments]") {
  // Against literal raw moments: 15 sigma^6, c^6/7 and the derangement number 265 of X - 1.
  const std::vector<int> sixth = {6}, fifth = {5};
  const auto raw = [&](const char* family, const std::vector<int>& powers) {
    const auto all = test::reference_laws();
    const auto reference = std::ranges::find(all, family, &test::ReferenceLaw::family);
    return test::moment(reference->atoms(1, nodes, std::vector{1.0}), powers);
  };
  CHECK(raw("gaussian", sixth) == Approx(15).epsilon(1e-13));
  CHECK(raw("uniform", sixth) == Approx(1.0 / 7).epsilon(1e-13));
  CHECK(raw("skewed", sixth) == Approx(265).epsilon(1e-13));
  CHECK(raw("skewed", fifth) == Approx(44).epsilon(1e-13));
}

TEST_CASE("moments do not depend on the order of the factors, and the empty moment is 1", "[moments]") {
  for (const test::ReferenceLaw& reference : test::reference_laws()) {
    const auto law = reference.law(3);
    CAPTURE(reference.family);
    CHECK(law->moment({}) == 1);
    std::vector<Factor> factors = {{0, 1}, {1, 2}, {2, 3}};
    const double forward = law->moment(factors);
    std::ranges::reverse(factors);
    CHECK(law->moment(factors) == Approx(forward).epsilon(rounding).margin(1e-300));
  }
}

TEST_CASE("laws say up to which degree their moments are finite", "[moments]") {
  for (const test::ReferenceLaw& reference : test::reference_laws()) {
    CAPTURE(reference.family);
    const double degree_below = reference.law(2)->finite_degree();
    CHECK(
        (reference.family == "student-t" ? degree_below == reference.numbers[1] : std::isinf(degree_below)));
  }
}

TEST_CASE("moments are homogeneous in the scale", "[moments]") {
  for (const test::ReferenceLaw& reference : test::reference_laws()) {
    constexpr int d = 3;
    const distribution::LawFamily& family = *distribution::find_family(reference.family);
    if (family.parameters.front().key != "scale") continue;  // anisotropic-gaussian: two deviations
    const auto one = reference.law(d);
    for (const double scale : {0.5, 1e-3, 7.0}) {
      std::vector<double> parameters = reference.parameters(d);
      parameters[0] *= scale;
      if (family.name == "shifted-gaussian") parameters[1] *= scale;
      const auto law = family.make(d, parameters);
      CAPTURE(family.name, scale);
      for (const std::vector<int>& powers : test::power_vectors(d, degree)) {
        const double power = std::pow(scale, std::accumulate(powers.begin(), powers.end(), 0));
        const auto factors = test::factors_of(powers);
        CHECK(law->moment(factors) == Approx(power * one->moment(factors)).epsilon(1e-13).margin(0));
      }
    }
  }
}

TEST_CASE("a law that calls itself exchangeable is", "[moments]") {
  for (const test::ReferenceLaw& reference : test::reference_laws()) {
    const auto law = reference.law(3);
    const auto atoms = reference.atoms_of(3, nodes);
    bool permutable = true;
    for (std::vector<int> powers : test::power_vectors(3, degree)) {
      const double tolerance = rounding * std::max(size_of(atoms, powers), 1e-300);
      const double first = test::moment(atoms, powers);
      std::ranges::sort(powers);
      do permutable = permutable && std::abs(test::moment(atoms, powers) - first) <= tolerance;
      while (std::ranges::next_permutation(powers).found);
    }
    CAPTURE(reference.family);
    CHECK(law->exchangeable() == permutable);
  }
}

TEST_CASE("a law calls its coordinates independent exactly if they are", "[moments]") {
  for (const test::ReferenceLaw& reference : test::reference_laws())
    for (const int d : {1, 2, 3}) {
      const auto law = reference.law(d);
      const auto atoms = reference.atoms_of(d, nodes);
      bool factorises = true;
      for (const std::vector<int>& powers : test::power_vectors(d, degree))
        factorises = factorises && std::abs(test::moment(atoms, powers) - product_of_margins(*law, powers)) <=
                                       rounding * std::max(size_of(atoms, powers), 1e-300);
      CAPTURE(reference.family, d);
      CHECK(law->independent() == factorises);
    }
}

#include "formula.hpp"

#include <sstream>
#include <stdexcept>

#include "reference_laws.hpp"
#include "support/catch.hpp"

using namespace flowsweep;

namespace {

constexpr double rounding = 1e-12;  // relative; sums over up to 4^5 atoms

// What a formula's left side names, from the atoms of the reference law.
double named_moment(const std::string& name, const std::vector<test::Atom>& atoms, int d) {
  const auto one = [&](int power) {
    std::vector<int> powers(d, 0);
    powers[0] = power;
    return test::moment(atoms, powers);
  };
  if (name == "kappa1") return one(4);
  if (name == "kappa2") return one(6);
  if (name == "kappa3") {
    double sum = 0;
    for (int r = 1; r < d; ++r) {
      std::vector<int> powers(d, 0);
      powers[0] = 2;
      powers[r] = 4;
      sum += test::moment(atoms, powers);
    }
    return sum;
  }
  if (name.starts_with("E v^")) return one(std::stoi(name.substr(4)));
  throw std::invalid_argument("no moment is called \"" + name + "\"");
}

// The text's equations, "NAME = FORMULA", separated by commas; what follows a semicolon is prose.
std::vector<std::pair<std::string, std::string>> equations(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> all;
  std::istringstream parts(text.substr(0, text.find(';')));
  for (std::string part; std::getline(parts, part, ',');) {
    const std::size_t begin = part.find_first_not_of(' '), sign = part.find(" = ");
    if (sign == std::string::npos) throw std::invalid_argument("no equation: \"" + part + "\"");
    all.emplace_back(part.substr(begin, sign - begin), part.substr(sign + 3));
  }
  return all;
}

}  // namespace

TEST_CASE("the formula reader reads formulas", "[formula]") {
  const std::map<std::string, double> values = {{"d", 5}, {"c", 2}};
  CHECK(test::evaluate("3 (d-1) c^6", values) == 3 * 4 * 64);
  CHECK(test::evaluate("c^4/5", values) == Approx(3.2));
  CHECK(test::evaluate("(d-1) c^2/15 + 1", values) == Approx(31.0 / 15));
  CHECK_THROWS_AS(test::evaluate("3 sigma", values), std::invalid_argument);
  CHECK_THROWS_AS(test::evaluate("(d", values), std::invalid_argument);
  CHECK_THROWS_AS(test::evaluate("d)", values), std::invalid_argument);
}

TEST_CASE("the moments that the registry prints are those of the law", "[formula]") {
  for (const test::ReferenceLaw& reference : test::reference_laws())
    for (const int d : {2, 5}) {
      const distribution::LawFamily& family = *distribution::find_family(reference.family);
      if (family.moments.starts_with(';')) continue;  // no kappas that all coordinates share
      const auto atoms = reference.atoms_of(d, 4);
      std::map<std::string, double> values = {{"d", d}};
      for (std::size_t k = 0; k < family.parameters.size(); ++k)
        values[family.parameters[k].symbol] = reference.numbers.at(k);
      int kappas = 0;
      for (const auto& [name, formula] : equations(family.moments)) {
        CAPTURE(family.name, d, name, formula);
        CHECK(test::evaluate(formula, values) ==
              Approx(named_moment(name, atoms, d)).epsilon(rounding).margin(0));
        kappas += name.starts_with("kappa");
      }
      CHECK(kappas == 3);
    }
}

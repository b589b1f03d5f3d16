#include "finite_laws.hpp"

#include <cmath>

namespace flowsweep::test {
namespace {

using Atoms = std::vector<EnumeratedLaw::Atom>;

void normalise(Atoms& atoms) {
  double total = 0;
  for (const auto& atom : atoms) total += atom.probability;
  for (auto& atom : atoms) atom.probability /= total;
}

// The atoms with every combination of signs of their non-zero coordinates, equally likely.
Atoms with_signs(const Atoms& magnitudes) {
  Atoms atoms;
  for (const auto& magnitude : magnitudes)
    for (unsigned signs = 0; signs < 1u << magnitude.v.size(); ++signs) {
      atoms.push_back(magnitude);
      for (std::size_t j = 0; j < magnitude.v.size(); ++j)
        if ((signs >> j & 1u) != 0) atoms.back().v[j] *= -1;
    }
  normalise(atoms);
  return atoms;
}

}  // namespace

EnumeratedLaw::EnumeratedLaw(std::vector<Atom> atoms, bool exchangeable)
    : atoms_(std::move(atoms)), exchangeable_(exchangeable) {}

double EnumeratedLaw::moment(std::span<const distribution::Factor> factors) const {
  double sum = 0;
  for (const Atom& atom : atoms_) {
    double product = atom.probability;
    for (const auto& factor : factors)
      for (int n = 0; n < factor.power; ++n)
        product *= atom.v.at(static_cast<std::size_t>(factor.coordinate));
    sum += product;
  }
  return sum;
}

void EnumeratedLaw::sample(CounterRng& rng, std::span<double> v) const {
  double left = rng.uniform();
  std::size_t k = 0;
  while (k + 1 < atoms_.size() && (left -= atoms_[k].probability) > 0) ++k;
  std::copy(atoms_[k].v.begin(), atoms_[k].v.end(), v.begin());
}

std::shared_ptr<const distribution::Law> unequal_columns() {
  constexpr double alone = 2.011869540, alone_weight = 1.44202422;
  Atoms magnitudes;
  const auto pair = [&](int one, int two, double weight) {
    magnitudes.push_back({{0, 0, 0}, weight});
    magnitudes.back().v[one] = 1;
    magnitudes.back().v[two] = 2;
  };
  pair(1, 0, 1);
  pair(2, 0, 1);
  pair(0, 1, 0.375);
  pair(0, 2, 0.375);
  pair(1, 2, 0.125);
  pair(2, 1, 0.125);
  magnitudes.push_back({{0, alone, 0}, alone_weight});
  magnitudes.push_back({{0, 0, alone}, alone_weight});
  return std::make_shared<EnumeratedLaw>(with_signs(magnitudes), false);
}

std::shared_ptr<const distribution::Law> coupled_cubes() {
  const auto h = [](double x) { return std::abs(x) == 1 ? 2 * x : -x / 2; };
  Atoms atoms;
  for (const double x : {-2., -1., 1., 2.})
    for (const double y : {-2., -1., 1., 2.}) atoms.push_back({{x, y}, (1 + 0.2 * h(x) * h(y)) / 16});
  return std::make_shared<EnumeratedLaw>(atoms, true);
}

std::shared_ptr<const distribution::Law> anisotropic() {
  // The 4-point rule of N(0, 1), exact to degree 7.
  const double inner = std::sqrt(3 - std::sqrt(6.0)), outer = std::sqrt(3 + std::sqrt(6.0));
  const double likely = (3 + std::sqrt(6.0)) / 12, rare = (3 - std::sqrt(6.0)) / 12;
  Atoms atoms;
  for (const auto& [x, p] : {std::pair{inner, likely}, {outer, rare}})
    for (const auto& [y, q] : {std::pair{inner, likely}, {outer, rare}})
      atoms.push_back({{0.5 * x, 1.5 * y}, p * q});
  return std::make_shared<EnumeratedLaw>(with_signs(atoms), false);
}

std::shared_ptr<const distribution::Law> triple_sign() {
  Atoms atoms;
  for (const double s : {-1., 1.})
    for (const double t : {-1., 1.}) atoms.push_back({{s, t, s * t}, 0.25});
  return std::make_shared<EnumeratedLaw>(atoms, true);
}

std::shared_ptr<const distribution::Law> shifted_signs(int dimension, double mu) {
  Atoms atoms = with_signs({{std::vector<double>(dimension, 1.0), 1.0}});
  for (auto& atom : atoms)
    for (double& value : atom.v) value += mu;
  return std::make_shared<EnumeratedLaw>(atoms, true);
}

}  // namespace flowsweep::test

#pragma once
#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <vector>

#include "core/rng.hpp"
#include "finite_law.hpp"

namespace flowsweep::test {

inline std::vector<double> random_vector(CounterRng& rng, std::size_t n, double scale) {
  std::vector<double> values(n);
  for (double& value : values) value = scale * rng.normal();
  return values;
}

/// Largest difference, over the largest entry of b (at least 1).
inline double largest_difference(std::span<const double> a, std::span<const double> b) {
  double largest = 0, size = 1;
  for (std::size_t k = 0; k < a.size(); ++k) {
    largest = std::max(largest, std::abs(a[k] - b[k]));
    size = std::max(size, std::abs(b[k]));
  }
  return largest / size;
}

inline FiniteProductLaw::Coordinate random_coordinate(CounterRng& rng, int values) {
  FiniteProductLaw::Coordinate c;
  double total = 0;
  for (int k = 0; k < values; ++k) {
    c.values.push_back(rng.normal());
    c.probabilities.push_back(rng.uniform());
    total += c.probabilities.back();
  }
  for (double& p : c.probabilities) p /= total;
  return c;
}

/// Independent coordinates with this many random values each, odd moments included.
inline std::shared_ptr<FiniteProductLaw> random_law(CounterRng& rng, int d, int values, bool identical) {
  std::vector<FiniteProductLaw::Coordinate> coordinates;
  for (int j = 0; j < d; ++j)
    coordinates.push_back(identical && j > 0 ? coordinates[0] : random_coordinate(rng, values));
  return std::make_shared<FiniteProductLaw>(coordinates, identical);
}

/// Independent coordinates +-a_j, not identical.
inline std::shared_ptr<FiniteProductLaw> symmetric_law(CounterRng& rng, int d) {
  std::vector<FiniteProductLaw::Coordinate> coordinates;
  for (int j = 0; j < d; ++j) {
    const double value = 0.5 + rng.uniform();
    coordinates.push_back({{-value, value}, {0.5, 0.5}});
  }
  return std::make_shared<FiniteProductLaw>(coordinates, false);
}

/// Finitely many vectors: any dependence between the coordinates.
class CorrelatedLaw : public distribution::Law {
 public:
  explicit CorrelatedLaw(std::vector<Atom> atoms) : atoms_(std::move(atoms)) {}
  int dimension() const override { return static_cast<int>(atoms_[0].v.size()); }
  bool exchangeable() const override { return false; }
  bool independent() const override { return false; }
  double moment(std::span<const distribution::Factor> factors) const override {
    double sum = 0;
    for (const Atom& atom : atoms_) {
      double product = atom.probability;
      for (const auto& factor : factors)
        product *= std::pow(atom.v[static_cast<std::size_t>(factor.coordinate)], factor.power);
      sum += product;
    }
    return sum;
  }
  void sample(CounterRng&, std::span<double>) const override {}
  const std::vector<Atom>& atoms() const { return atoms_; }

 private:
  std::vector<Atom> atoms_;
};

inline CorrelatedLaw random_correlated_law(CounterRng& rng, int d, int atoms) {
  std::vector<Atom> all;
  for (int k = 0; k < atoms; ++k) all.push_back({random_vector(rng, static_cast<std::size_t>(d), 1), 1.0 / atoms});
  return CorrelatedLaw(all);
}

}  // namespace flowsweep::test

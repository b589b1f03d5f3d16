#pragma once
#include <cmath>
#include <vector>

#include "distribution/law.hpp"

namespace flowsweep::test {

struct Atom {
  std::vector<double> v;
  double probability;
};

/// Independent coordinates, each with finitely many values: exact moments and full enumeration of the
/// support.
class FiniteProductLaw : public distribution::Law {
 public:
  struct Coordinate {
    std::vector<double> values, probabilities;
  };
  explicit FiniteProductLaw(std::vector<Coordinate> coordinates, bool identical = false)
      : coordinates_(std::move(coordinates)), identical_(identical) {}

  int dimension() const override { return static_cast<int>(coordinates_.size()); }
  bool exchangeable() const override { return identical_; }
  bool independent() const override { return true; }
  double moment(std::span<const distribution::Factor> factors) const override {
    double product = 1;
    for (const auto& factor : factors) {
      const Coordinate& c = coordinates_[static_cast<std::size_t>(factor.coordinate)];
      double sum = 0;
      for (std::size_t k = 0; k < c.values.size(); ++k)
        sum += c.probabilities[k] * std::pow(c.values[k], factor.power);
      product *= sum;
    }
    return product;
  }
  void sample(CounterRng&, std::span<double>) const override {}

  std::vector<Atom> atoms() const {
    std::vector<Atom> all = {{{}, 1.0}};
    for (const Coordinate& c : coordinates_) {
      std::vector<Atom> longer;
      for (const Atom& atom : all)
        for (std::size_t k = 0; k < c.values.size(); ++k) {
          Atom next = atom;
          next.v.push_back(c.values[k]);
          next.probability *= c.probabilities[k];
          longer.push_back(next);
        }
      all = std::move(longer);
    }
    return all;
  }

 private:
  std::vector<Coordinate> coordinates_;
  bool identical_;
};

}  // namespace flowsweep::test

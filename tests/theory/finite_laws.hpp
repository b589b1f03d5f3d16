#pragma once
#include <memory>
#include <vector>

#include "distribution/law.hpp"

namespace flowsweep::test {

/// Any finite law of v, its moments by enumeration: neither exchangeable nor independent unless it is told to
/// be.
class EnumeratedLaw : public distribution::Law {
 public:
  struct Atom {
    std::vector<double> v;
    double probability;
  };
  EnumeratedLaw(std::vector<Atom> atoms, bool exchangeable);
  int dimension() const override { return static_cast<int>(atoms_[0].v.size()); }
  double moment(std::span<const distribution::Factor> factors) const override;
  bool exchangeable() const override { return exchangeable_; }
  bool independent() const override { return false; }
  void sample(CounterRng& rng, std::span<double> v) const override;

 private:
  std::vector<Atom> atoms_;
  bool exchangeable_;
};

/// Independent signs on magnitude patterns in R^3 with equal kappas and unequal column sums sum_r E v_j^4
/// v_r^2 (5.948, 2.124, 2.124): Assumption 4.1 as encoded, but no invariant diagonal set.
std::shared_ptr<const distribution::Law> unequal_columns();

/// On {+-1, +-2}^2, p(x, y) = (1 + .2 h(x) h(y)) / 16, h odd, h(1) = 2, h(2) = -1: E v_j^3 = 0 but E v_1^3
/// v_2^3 = 1.8.
std::shared_ptr<const distribution::Law> coupled_cubes();

/// Independent coordinates N(0, sigma_j^2) of different sigma_j, by Gauss rules: not identical.
std::shared_ptr<const distribution::Law> anisotropic();

/// v = (s_1, s_2, s_1 s_2) of independent signs: pairwise independent, but E v_1 v_2 v_3 = 1.
std::shared_ptr<const distribution::Law> triple_sign();

/// v = mu + s_j of independent signs s_j: exchangeable, every moment non-zero.
std::shared_ptr<const distribution::Law> shifted_signs(int dimension, double mu);

}  // namespace flowsweep::test

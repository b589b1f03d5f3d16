#pragma once
#include "distribution/law.hpp"

namespace flowsweep::distribution {

/// v = +-c e_j, the coordinate j and the sign uniform (Zheng et al., Example 4.1). E v_j^n = c^n / d for even
/// n, every mixed moment is 0.
class SparseLaw : public Law {
 public:
  SparseLaw(int dimension, double scale) : dimension_(dimension), scale_(scale) {}
  int dimension() const override { return dimension_; }
  double moment(std::span<const Factor> factors) const override;
  bool exchangeable() const override { return true; }
  bool independent() const override { return dimension_ == 1; }
  void sample(CounterRng& rng, std::span<double> v) const override;

 private:
  int dimension_;
  double scale_;
};

/// v = c (1, .., 1), deterministic (Zheng et al., the full-one counterexample). Every moment is c^degree.
class FullOneLaw : public Law {
 public:
  FullOneLaw(int dimension, double scale) : dimension_(dimension), scale_(scale) {}
  int dimension() const override { return dimension_; }
  double moment(std::span<const Factor> factors) const override;
  bool exchangeable() const override { return true; }
  bool independent() const override { return true; }
  void sample(CounterRng& rng, std::span<double> v) const override;

 private:
  int dimension_;
  double scale_;
};

}  // namespace flowsweep::distribution

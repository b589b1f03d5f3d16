#pragma once
#include "distribution/law.hpp"

namespace flowsweep::distribution {

/// v uniform on the sphere of radius r in R^d. E v_1^{2 k_1} v_2^{2 k_2} .. = r^{2k} prod (2 k_j - 1)!! /
/// (d (d+2) .. (d + 2k - 2)), k = k_1 + k_2 + ..; moments with an odd power are 0.
class SphereLaw : public Law {
 public:
  SphereLaw(int dimension, double radius) : dimension_(dimension), radius_(radius) {}
  int dimension() const override { return dimension_; }
  double moment(std::span<const Factor> factors) const override;
  bool exchangeable() const override { return true; }
  bool independent() const override { return dimension_ == 1; }
  void sample(CounterRng& rng, std::span<double> v) const override;

 private:
  int dimension_;
  double radius_;
};

}  // namespace flowsweep::distribution

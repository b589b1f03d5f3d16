#pragma once
#include <vector>

#include "distribution/law.hpp"

namespace flowsweep::distribution {

/// v_j independent N(0, sigma_j^2), sigma_j in geometric progression from sigma_1 to sigma_d; in one
/// dimension sigma_1.
class AnisotropicGaussianLaw : public Law {
 public:
  AnisotropicGaussianLaw(int dimension, double first, double last);
  int dimension() const override { return static_cast<int>(deviations_.size()); }
  double moment(std::span<const Factor> factors) const override;
  bool exchangeable() const override { return deviations_.front() == deviations_.back(); }
  bool independent() const override { return true; }
  void sample(CounterRng& rng, std::span<double> v) const override;

 private:
  std::vector<double> deviations_;
};

/// v ~ N(0, sigma^2 ((1 - rho) I + rho 1 1^T)), -1/(d-1) <= rho <= 1. Moments by Isserlis' theorem.
class EquicorrelatedGaussianLaw : public Law {
 public:
  EquicorrelatedGaussianLaw(int dimension, double deviation, double correlation);
  int dimension() const override { return dimension_; }
  double moment(std::span<const Factor> factors) const override;
  bool exchangeable() const override { return true; }
  bool independent() const override { return dimension_ == 1 || correlation_ == 0; }
  void sample(CounterRng& rng, std::span<double> v) const override;

 private:
  int dimension_;
  double deviation_, correlation_;
};

/// The correlation must leave the covariance without a negative eigenvalue.
std::optional<LawFault> equicorrelated_fault(int dimension, std::span<const double> sigma_rho);

}  // namespace flowsweep::distribution

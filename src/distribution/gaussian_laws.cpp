#include "distribution/gaussian_laws.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace flowsweep::distribution {
namespace {

constexpr std::array<double, 13> normal_moments = {1, 0, 1, 0, 3, 0, 15, 0, 105, 0, 945, 0, 10395};

// Isserlis: E v_i^{p_i} .. at unit variances, by pairing one factor of the first coordinate that has any with
// each other factor: powers of at most six coordinates, correlation rho between different ones.
double paired(std::array<int, 6>& powers, double rho) {
  auto* const first = std::ranges::find_if(powers, [](int power) { return power > 0; });
  if (first == powers.end()) return 1;
  --*first;
  double sum = 0;
  for (int& other : powers) {
    if (other == 0) continue;
    const double pairs = other;
    --other;
    sum += (&other == first ? 1 : rho) * pairs * paired(powers, rho);
    ++other;
  }
  ++*first;
  return sum;
}

}  // namespace

AnisotropicGaussianLaw::AnisotropicGaussianLaw(int dimension, double first, double last)
    : deviations_(static_cast<std::size_t>(dimension), first) {
  for (int j = 1; j < dimension; ++j)
    deviations_[j] = j + 1 == dimension ? last : first * std::pow(last / first, j / (dimension - 1.0));
}

double AnisotropicGaussianLaw::moment(std::span<const Factor> factors) const {
  double product = 1;
  for (const Factor& factor : factors)
    product *= normal_moments.at(factor.power) * std::pow(deviations_[factor.coordinate], factor.power);
  return product;
}

void AnisotropicGaussianLaw::sample(CounterRng& rng, std::span<double> v) const {
  for (std::size_t j = 0; j < v.size(); ++j) v[j] = deviations_[j] * rng.normal();
}

EquicorrelatedGaussianLaw::EquicorrelatedGaussianLaw(int dimension, double deviation, double correlation)
    : dimension_(dimension), deviation_(deviation), correlation_(correlation) {}

double EquicorrelatedGaussianLaw::moment(std::span<const Factor> factors) const {
  std::array<int, 6> powers{};
  int degree = 0;
  for (std::size_t k = 0; k < factors.size(); ++k) degree += powers.at(k) = factors[k].power;
  return degree % 2 != 0 ? 0 : std::pow(deviation_, degree) * paired(powers, correlation_);
}

// The mean of d normals z_j and their deviations from it are independent, of variances 1/d and 1 - 1/d.
void EquicorrelatedGaussianLaw::sample(CounterRng& rng, std::span<double> v) const {
  for (double& value : v) value = rng.normal();
  const double mean = std::accumulate(v.begin(), v.end(), 0.0) / dimension_;
  const double common = std::sqrt(std::max(0.0, 1 + (dimension_ - 1) * correlation_));
  const double own = dimension_ == 1 ? 0 : std::sqrt(1 - correlation_);
  for (double& value : v)
    value = deviation_ * (own * (value - mean) + (dimension_ == 1 ? mean : common * mean));
}

std::optional<LawFault> equicorrelated_fault(int dimension, std::span<const double> p) {
  if (dimension == 1 || 1 + (dimension - 1) * p[1] >= 0) return {};
  return LawFault{
      "rho", "rho >= -1/(d-1), here at d = " + std::to_string(dimension) + ": below, it is no correlation"};
}

}  // namespace flowsweep::distribution

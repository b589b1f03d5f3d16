#include "distribution/paper_laws.hpp"

#include <algorithm>
#include <cmath>

namespace flowsweep::distribution {

double SparseLaw::moment(std::span<const Factor> factors) const {
  if (factors.size() > 1) return 0;
  if (factors.empty()) return 1;
  const int power = factors[0].power;
  return power % 2 == 0 ? std::pow(scale_, power) / dimension_ : 0;
}

void SparseLaw::sample(CounterRng& rng, std::span<double> v) const {
  std::ranges::fill(v, 0.0);
  v[rng.below(v.size())] = scale_ * rng.sign();
}

double FullOneLaw::moment(std::span<const Factor> factors) const {
  int degree = 0;
  for (const Factor& factor : factors) degree += factor.power;
  return std::pow(scale_, degree);
}

void FullOneLaw::sample(CounterRng& /*rng*/, std::span<double> v) const {
  std::ranges::fill(v, scale_);
}

}  // namespace flowsweep::distribution

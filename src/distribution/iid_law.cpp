#include "distribution/iid_law.hpp"

#include <utility>

namespace flowsweep::distribution {

IidLaw::IidLaw(int dimension, const RawMoments& raw, Sampler sampler, double finite_degree)
    : dimension_(dimension), raw_(raw), sampler_(std::move(sampler)), finite_degree_(finite_degree) {}

double IidLaw::moment(std::span<const Factor> factors) const {
  double product = 1;
  for (const Factor& factor : factors) product *= raw_.at(static_cast<std::size_t>(factor.power));
  return product;
}

void IidLaw::sample(CounterRng& rng, std::span<double> v) const {
  for (double& value : v) value = sampler_(rng);
}

IidLaw::RawMoments scaled(const IidLaw::RawMoments& raw, double scale) {
  IidLaw::RawMoments result{};
  double power = 1;
  for (std::size_t n = 0; n < raw.size(); ++n, power *= scale) result[n] = power * raw[n];
  return result;
}

}  // namespace flowsweep::distribution

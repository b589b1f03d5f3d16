#include "risk/sampling.hpp"

#include <numbers>
#include <span>

namespace flowsweep::risk {

SampledSequences sample_sequences(const distribution::Law& law, std::size_t sequences, std::uint64_t id,
                                  Stream stream) {
  CounterRng rng(id, stream);
  const auto d = static_cast<std::size_t>(law.dimension());
  SampledSequences sample{std::vector<double>(sequences * d), std::vector<double>(sequences * d)};
  for (std::size_t n = 0; n < sequences; ++n) {
    law.sample(rng, std::span(sample.initial).subspan(n * d, d));
    for (std::size_t j = 0; j < d; ++j) sample.phase[n * d + j] = 2 * std::numbers::pi * rng.uniform();
  }
  return sample;
}

}  // namespace flowsweep::risk

#pragma once
#include <Random123/philox.h>

#include <cstdint>

namespace flowsweep {

/// What a stream of random numbers is for: each use at a grid point draws from a stream of its own.
enum class Stream : std::uint64_t {
  initial_weights = 1,
  training_sequences = 2,
  test_sequences = 3,
  measurement_sequences = 4,
  hessian_probe = 11,
  token_population = 21,
  token_samples = 22,
  long_token_samples = 23,
  sign_vectors = 24,
  random_features = 25,
};

/// Counter-based random numbers (Philox 4x64, 10 rounds, Salmon et al. 2011) keyed by (id, stream).
///
/// The k-th number depends on (id, stream, k) only: not on rank, order or time.
class CounterRng {
 public:
  CounterRng(std::uint64_t id, Stream stream) : CounterRng(id, static_cast<std::uint64_t>(stream)) {}
  CounterRng(std::uint64_t id, std::uint64_t stream);

  std::uint64_t bits();  ///< 64 uniform bits
  double uniform();      ///< uniform on the open interval (0, 1): (k + 1/2) 2^-52, k < 2^52
  double normal();       ///< standard normal, Box-Muller
  double exponential();  ///< exponential with mean 1
  int sign();            ///< +1 or -1 with equal probability
  std::uint64_t below(std::uint64_t bound);  ///< uniform on 0 .. bound-1, exactly (by rejection)

 private:
  r123::Philox4x64 philox_;
  r123::Philox4x64::key_type key_;
  r123::Philox4x64::ctr_type counter_;
  r123::Philox4x64::ctr_type block_{};
  int used_ = 4;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace flowsweep

#pragma once
#include <cstdint>
#include <vector>

#include "core/rng.hpp"
#include "distribution/law.hpp"

namespace flowsweep::risk {

/// N sampled sequences: initial tokens v ~ law and independent uniform phases of W, each [N][d] row-major.
struct SampledSequences {
  std::vector<double> initial, phase;
};

/// Draws them in a fixed order (v, then the d phases, sequence by sequence) from (id, stream).
SampledSequences sample_sequences(const distribution::Law& law, std::size_t sequences, std::uint64_t id,
                                  Stream stream);

}  // namespace flowsweep::risk

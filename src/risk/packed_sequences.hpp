#pragma once
#include <cmath>
#include <cstddef>

#include "core/lane_array.hpp"
#include "risk/empirical.hpp"
#include "risk/empirical_kernel.hpp"

namespace flowsweep::risk {

/// The number N of sequences. Throws InputError if they are not what EmpiricalRisk takes.
std::size_t checked_count(const Sequences& sequences);

/// Sequences as the kernels read them: blocks of `lanes`, in each [5][d][lanes] the v, Re lambda, Im lambda,
/// Re lambda^hop, Im lambda^hop. Lanes beyond the last sequence have v = 0 and add exactly nothing.
template <typename Scalar>
class PackedSequences {
 public:
  PackedSequences(const Sequences& sequences, std::size_t count, int lanes)
      : dimension_(sequences.dimension),
        lanes_(lanes),
        blocks_((count + lanes_ - 1) / lanes_),
        values_(blocks_ * block_length()) {
    for (std::size_t n = 0; n < blocks_ * lanes_; ++n) pack(sequences, n, n < count);
  }
  std::size_t blocks() const { return blocks_; }
  std::size_t bytes() const { return values_.bytes(); }
  const Scalar* block(std::size_t index) const { return values_.get() + index * block_length(); }

 private:
  std::size_t block_length() const { return 5 * dimension_ * lanes_; }

  void pack(const Sequences& sequences, std::size_t n, bool exists) {
    Scalar* lane = values_.get() + (n / lanes_) * block_length() + n % lanes_;
    for (std::size_t j = 0; j < dimension_; ++j) {
      const double phase = exists ? sequences.phase[n * dimension_ + j] : 0.0;
      // The hop's phase is exact: hop_length is a power of two.
      const double values[] = {exists ? sequences.initial[n * dimension_ + j] : 0.0, std::cos(phase),
                               std::sin(phase), std::cos(hop_length * phase), std::sin(hop_length * phase)};
      for (std::size_t q = 0; q < 5; ++q)
        lane[(q * dimension_ + j) * lanes_] = static_cast<Scalar>(values[q]);
    }
  }

  std::size_t dimension_, lanes_, blocks_;
  LaneArray<Scalar> values_;
};

}  // namespace flowsweep::risk

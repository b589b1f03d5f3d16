#pragma once
#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "model/linear_attention.hpp"
#include "risk/empirical_kernel.hpp"
#include "risk/packed_sequences.hpp"

namespace flowsweep::risk {

/// Sums of a kernel over packed sequences: plain loops over few blocks of lanes, pairwise above that, always
/// in the same order.
template <typename Scalar>
class SequenceSums {
 public:
  /// `count` as from checked_count().
  SequenceSums(const EmpiricalKernel<Scalar>& kernel, const Sequences& sequences, std::size_t count)
      : kernel_(kernel),
        dimension_(sequences.dimension),
        context_(sequences.context),
        packed_(sequences, count, kernel_.lanes),
        width_(model::weight_count(std::size_t(dimension_)) + 2),
        workspace_(std::size_t(kernel_.workspace_vectors(dimension_, context_)) * kernel_.lanes),
        weights_(width_),
        sums_(width_ * pairwise_levels(packed_.blocks())) {}

  /// [12 d^2 + 2]: gradient of the summed risk, summed risk, loss of the last step; valid until the next
  /// call.
  std::span<const double> evaluate(std::span<const double> theta) {
    std::transform(theta.begin(), theta.end(), weights_.begin(),
                   [](double weight) { return static_cast<Scalar>(weight); });
    sum_blocks(0, packed_.blocks(), 0);
    return std::span<const double>(sums_).first(width_);
  }

  std::size_t bytes() const {
    return packed_.bytes() + workspace_.bytes() + weights_.size() * sizeof(Scalar) +
           sums_.size() * sizeof(double);
  }

 private:
  /// Number of blocks up to which a sum over blocks is a plain loop.
  static constexpr std::size_t tile_blocks = 32;

  static std::size_t pairwise_levels(std::size_t blocks) {
    std::size_t levels = 1;
    for (; blocks > tile_blocks; blocks -= blocks / 2) ++levels;
    return levels;
  }

  /// Pairwise sum over blocks [first, last) into row `level` of sums_.
  void sum_blocks(std::size_t first, std::size_t last, std::size_t level) {
    double* row = sums_.data() + level * width_;
    if (last - first <= tile_blocks) {
      kernel_.sum_tile({dimension_, context_, static_cast<int>(last - first), packed_.block(first),
                        weights_.data(), workspace_.get(), row});
      return;
    }
    const std::size_t middle = first + (last - first) / 2;
    sum_blocks(first, middle, level);
    sum_blocks(middle, last, level + 1);
    for (std::size_t i = 0; i < width_; ++i) row[i] += row[width_ + i];
  }

  EmpiricalKernel<Scalar> kernel_;
  int dimension_, context_;
  PackedSequences<Scalar> packed_;
  std::size_t width_;
  LaneArray<Scalar> workspace_;
  std::vector<Scalar> weights_;
  std::vector<double> sums_;
};

}  // namespace flowsweep::risk

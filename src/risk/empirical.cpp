#include "risk/empirical.hpp"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "core/instruction_set.hpp"
#include "model/linear_attention.hpp"
#include "risk/empirical_kernel.hpp"
#include "risk/packed_sequences.hpp"

namespace flowsweep::risk {
namespace {

template <typename Scalar>
EmpiricalKernel<Scalar> active_kernel() {
  if constexpr (std::is_same_v<Scalar, double>)
    return for_active_set(baseline::empirical_kernel_double, avx2::empirical_kernel_double,
                          avx512::empirical_kernel_double)();
  else
    return for_active_set(baseline::empirical_kernel_float, avx2::empirical_kernel_float,
                          avx512::empirical_kernel_float)();
}

/// Number of blocks below which a sum over blocks is a plain loop; above it is pairwise.
constexpr std::size_t tile_blocks = 32;

std::size_t pairwise_levels(std::size_t blocks) {
  std::size_t levels = 1;
  for (; blocks > tile_blocks; blocks -= blocks / 2) ++levels;
  return levels;
}

}  // namespace

/// Sums over sequences for one type of numbers.
class EmpiricalRisk::Evaluator {
 public:
  virtual ~Evaluator() = default;
  /// [12 d^2 + 2]: gradient of the summed risk, summed risk, loss of the last step; sums over sequences.
  virtual std::span<const double> evaluate(std::span<const double> theta) = 0;
  virtual std::size_t bytes() const = 0;
};

namespace {

template <typename Scalar>
class TypedEvaluator final : public EmpiricalRisk::Evaluator {
 public:
  TypedEvaluator(const Sequences& sequences, std::size_t count)
      : kernel_(active_kernel<Scalar>()),
        dimension_(sequences.dimension),
        context_(sequences.context),
        packed_(sequences, count, kernel_.lanes),
        width_(model::weight_count(std::size_t(dimension_)) + 2),
        workspace_(std::size_t(kernel_.workspace_vectors(dimension_)) * kernel_.lanes),
        weights_(width_),
        sums_(width_ * pairwise_levels(packed_.blocks())) {}

  std::span<const double> evaluate(std::span<const double> theta) override {
    std::transform(theta.begin(), theta.end(), weights_.begin(),
                   [](double weight) { return static_cast<Scalar>(weight); });
    sum_blocks(0, packed_.blocks(), 0);
    return std::span<const double>(sums_).first(width_);
  }

  std::size_t bytes() const override {
    return packed_.bytes() + workspace_.bytes() + weights_.size() * sizeof(Scalar) +
           sums_.size() * sizeof(double);
  }

 private:
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

}  // namespace

EmpiricalRisk::EmpiricalRisk(const Sequences& sequences, const EmpiricalOptions& options)
    : dimension_(sequences.dimension),
      sequences_(checked_count(sequences)),
      diagonal_mask_(options.diagonal_mask) {
  if (options.precision == Precision::double_precision)
    evaluator_ = std::make_unique<TypedEvaluator<double>>(sequences, sequences_);
  else
    evaluator_ = std::make_unique<TypedEvaluator<float>>(sequences, sequences_);
}

EmpiricalRisk::~EmpiricalRisk() = default;

std::size_t EmpiricalRisk::size() const {
  return model::weight_count(std::size_t(dimension_));
}

double EmpiricalRisk::gradient(std::span<const double> theta, std::span<double> gradient) {
  const std::span<const double> sums = evaluator_->evaluate(theta);
  const auto count = static_cast<double>(sequences_);
  std::transform(sums.begin(), sums.end() - 2, gradient.begin(), [count](double sum) { return sum / count; });
  if (diagonal_mask_) model::keep_diagonals(gradient, dimension_);
  return sums[size()] / count;
}

EmpiricalLosses EmpiricalRisk::losses(std::span<const double> theta) {
  const std::span<const double> sums = evaluator_->evaluate(theta);
  const auto count = static_cast<double>(sequences_);
  return {sums[size()] / count, sums[size() + 1] / count};
}

std::size_t EmpiricalRisk::sequences() const {
  return sequences_;
}

std::size_t EmpiricalRisk::allocated_bytes() const {
  return evaluator_->bytes();
}

}  // namespace flowsweep::risk

#include "risk/empirical.hpp"

#include <algorithm>
#include <cmath>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

#include "core/error.hpp"
#include "core/instruction_set.hpp"
#include "model/linear_attention.hpp"
#include "risk/empirical_kernel.hpp"

namespace flowsweep::risk {
namespace {

/// Zero-filled array aligned for the widest vectors.
template <typename Scalar>
class LaneArray {
 public:
  explicit LaneArray(std::size_t count)
      : count_(count), values_(static_cast<Scalar*>(::operator new(count * sizeof(Scalar), alignment))) {
    std::fill_n(values_.get(), count, Scalar{0});
  }
  Scalar* get() const { return values_.get(); }
  std::size_t bytes() const { return count_ * sizeof(Scalar); }

 private:
  static constexpr std::align_val_t alignment{64};
  struct Release {
    void operator()(Scalar* values) const { ::operator delete(values, alignment); }
  };
  std::size_t count_;
  std::unique_ptr<Scalar, Release> values_;
};

template <typename Scalar>
EmpiricalKernel<Scalar> active_kernel() {
  const InstructionSet set = active_instruction_set();
  if constexpr (std::is_same_v<Scalar, double>) {
    if (set == InstructionSet::avx512) return avx512::empirical_kernel_double();
    if (set == InstructionSet::avx2) return avx2::empirical_kernel_double();
    return baseline::empirical_kernel_double();
  } else {
    if (set == InstructionSet::avx512) return avx512::empirical_kernel_float();
    if (set == InstructionSet::avx2) return avx2::empirical_kernel_float();
    return baseline::empirical_kernel_float();
  }
}

void require(bool condition, const std::string& constraint) {
  if (!condition) throw InputError("empirical risk", constraint);
}

bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

std::size_t checked_count(const Sequences& sequences) {
  require(sequences.dimension >= 1, "the dimension must be at least 1");
  require(sequences.context >= 3, "the context must be at least 3");
  const std::size_t d = sequences.dimension;
  require(!sequences.initial.empty(), "there must be at least one sequence");
  require(sequences.initial.size() % d == 0,
          "the number of initial values must be a multiple of the dimension");
  require(sequences.phase.size() == sequences.initial.size(),
          "there must be as many phases as initial values");
  require(all_finite(sequences.initial) && all_finite(sequences.phase), "sequences must be finite");
  return sequences.initial.size() / d;
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
        blocks_((count + kernel_.lanes - 1) / kernel_.lanes),
        width_(model::weight_count(std::size_t(dimension_)) + 2),
        packed_(blocks_ * block_length()),
        workspace_(std::size_t(kernel_.workspace_vectors(dimension_)) * kernel_.lanes),
        weights_(width_),
        sums_(width_ * pairwise_levels(blocks_)) {
    for (std::size_t n = 0; n < blocks_ * kernel_.lanes; ++n) pack(sequences, n, n < count);
  }

  std::span<const double> evaluate(std::span<const double> theta) override {
    std::transform(theta.begin(), theta.end(), weights_.begin(),
                   [](double weight) { return static_cast<Scalar>(weight); });
    sum_blocks(0, blocks_, 0);
    return std::span<const double>(sums_).first(width_);
  }

  std::size_t bytes() const override {
    return packed_.bytes() + workspace_.bytes() + weights_.size() * sizeof(Scalar) +
           sums_.size() * sizeof(double);
  }

 private:
  std::size_t block_length() const { return 5 * std::size_t(dimension_) * kernel_.lanes; }

  /// Lane n of the packed array; a lane beyond the last sequence has v = 0 and adds exactly nothing.
  void pack(const Sequences& sequences, std::size_t n, bool exists) {
    const std::size_t d = dimension_, lanes = kernel_.lanes;
    Scalar* lane = packed_.get() + (n / lanes) * block_length() + n % lanes;
    for (std::size_t j = 0; j < d; ++j) {
      const double phase = exists ? sequences.phase[n * d + j] : 0.0;
      // The hop's phase is exact: hop_length is a power of two.
      const double values[] = {exists ? sequences.initial[n * d + j] : 0.0, std::cos(phase), std::sin(phase),
                               std::cos(hop_length * phase), std::sin(hop_length * phase)};
      for (std::size_t q = 0; q < 5; ++q) lane[(q * d + j) * lanes] = static_cast<Scalar>(values[q]);
    }
  }

  /// Pairwise sum over blocks [first, last) into row `level` of sums_.
  void sum_blocks(std::size_t first, std::size_t last, std::size_t level) {
    double* row = sums_.data() + level * width_;
    if (last - first <= tile_blocks) {
      kernel_.sum_tile({dimension_, context_, static_cast<int>(last - first),
                        packed_.get() + first * block_length(), weights_.data(), workspace_.get(), row});
      return;
    }
    const std::size_t middle = first + (last - first) / 2;
    sum_blocks(first, middle, level);
    sum_blocks(middle, last, level + 1);
    for (std::size_t i = 0; i < width_; ++i) row[i] += row[width_ + i];
  }

  EmpiricalKernel<Scalar> kernel_;
  int dimension_, context_;
  std::size_t blocks_, width_;
  LaneArray<Scalar> packed_, workspace_;
  std::vector<Scalar> weights_;
  std::vector<double> sums_;
};

/// Zeroes the off-diagonal entries of P1 and Q21.
void mask_gradient(std::span<double> gradient, std::size_t d) {
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j) {
      if (i == j) continue;
      for (const std::size_t k : {model::p1_index(d, i, j), model::q21_index(d, i, j)})
        gradient[k] = gradient[k + 1] = 0;
    }
}

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
  if (diagonal_mask_) mask_gradient(gradient, dimension_);
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

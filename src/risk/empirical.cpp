#include "risk/empirical.hpp"

#include <algorithm>
#include <type_traits>

#include "core/instruction_set.hpp"
#include "model/linear_attention.hpp"
#include "risk/sequence_sums.hpp"

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
      : sums_(active_kernel<Scalar>(), sequences, count) {}
  std::span<const double> evaluate(std::span<const double> theta) override { return sums_.evaluate(theta); }
  std::size_t bytes() const override { return sums_.bytes(); }

 private:
  SequenceSums<Scalar> sums_;
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

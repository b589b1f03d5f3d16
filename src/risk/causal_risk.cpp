#include "risk/causal_risk.hpp"

#include <algorithm>

#include "core/instruction_set.hpp"
#include "risk/causal_kernel.hpp"
#include "risk/sequence_sums.hpp"

namespace flowsweep::risk {
namespace {

EmpiricalKernel<double> active_kernel(model::CausalScore score) {
  const InstructionSet set = active_instruction_set();
  const bool softmax = score == model::CausalScore::softmax;
  if (set == InstructionSet::avx512)
    return softmax ? avx512::causal_softmax_kernel() : avx512::causal_linear_kernel();
  if (set == InstructionSet::avx2)
    return softmax ? avx2::causal_softmax_kernel() : avx2::causal_linear_kernel();
  return softmax ? baseline::causal_softmax_kernel() : baseline::causal_linear_kernel();
}

}  // namespace

class CausalRisk::Evaluator : public SequenceSums<double> {
 public:
  using SequenceSums<double>::SequenceSums;
};

CausalRisk::CausalRisk(const Sequences& sequences, model::CausalScore score, bool diagonal_mask)
    : evaluator_(std::make_unique<Evaluator>(active_kernel(score), sequences, checked_count(sequences))),
      dimension_(static_cast<std::size_t>(sequences.dimension)),
      sequences_(static_cast<double>(sequences.initial.size() / dimension_)),
      diagonal_mask_(diagonal_mask) {}

CausalRisk::~CausalRisk() = default;

std::size_t CausalRisk::size() const {
  return model::weight_count(dimension_);
}

double CausalRisk::gradient(std::span<const double> theta, std::span<double> gradient) {
  const std::span<const double> sums = evaluator_->evaluate(theta);
  std::transform(sums.begin(), sums.end() - 2, gradient.begin(),
                 [this](double sum) { return sum / sequences_; });
  if (diagonal_mask_) model::keep_diagonals(gradient, dimension_);
  return sums[size()] / sequences_;
}

EmpiricalLosses CausalRisk::losses(std::span<const double> theta) {
  const std::span<const double> sums = evaluator_->evaluate(theta);
  return {sums[size()] / sequences_, sums[size() + 1] / sequences_};
}

std::size_t CausalRisk::allocated_bytes() const {
  return evaluator_->bytes();
}

}  // namespace flowsweep::risk

#pragma once
#include <cstddef>
#include <memory>
#include <span>

#include "core/differentiable.hpp"
#include "model/causal_attention.hpp"
#include "risk/empirical.hpp"

namespace flowsweep::risk {

/// The risk of causal-attention (model/causal_attention.hpp) on N sampled sequences,
///
///     L(P, Q) = 1/N sum_n sum_{t=2}^{T-1} 1/2 || yhat_t - x_{t+1} ||^2,
///
/// over all 12 d^2 real numbers of P and Q in the flat layout of model/linear_attention.hpp; the gradient is
/// with respect to real and imaginary parts. With linear scores it is EmpiricalRisk, by another path: every
/// step visits every token before it.
///
/// Work: O(N T^2 d + N T d^2): each of N T^2 / 2 pairs of steps takes about 16 d flops and, for softmax, an
/// exponential. Memory: O(N d + T d) lanes. Equal inputs give equal bits with the same instruction set, that
/// of active_instruction_set() when the object is made. Values beyond the range of doubles come out as
/// infinity or NaN; large scores do not (the largest is subtracted).
class CausalRisk final : public Differentiable {
 public:
  /// Copies what it needs of the sequences. Throws InputError as EmpiricalRisk does. `diagonal_mask` as in
  /// EmpiricalOptions.
  CausalRisk(const Sequences& sequences, model::CausalScore score, bool diagonal_mask = false);
  ~CausalRisk() override;

  std::size_t size() const override;  ///< 12 d^2
  double gradient(std::span<const double> theta, std::span<double> gradient) override;

  /// On fresh sequences: the test risk and the test loss at the last step.
  EmpiricalLosses losses(std::span<const double> theta);

  std::size_t allocated_bytes() const;  ///< packed sequences and workspace

  class Evaluator;

 private:
  std::unique_ptr<Evaluator> evaluator_;
  std::size_t dimension_;
  double sequences_;
  bool diagonal_mask_;
};

}  // namespace flowsweep::risk

#pragma once
#include <memory>

#include "core/differentiable.hpp"
#include "model/attention_shape.hpp"
#include "model/prompts.hpp"

namespace flowsweep::risk {

/// Mean squared error of in-context regression,
///
///     L(theta) = 1/P sum_p ( out_p[d_o] - y_p )^2,
///
/// over P prompts, out_p the output of softmax attention (model/attention_shape.hpp) at the last query token
/// and [d_o] its last coordinate. theta: that header's flat weights.
///
/// One vector lane holds one prompt; a gradient reads every token once. Sums over prompts have a fixed order:
/// equal inputs give equal bits with the same instruction set (that of active_instruction_set() when the
/// object is made). Values beyond the range of doubles come out as infinity or NaN.
class RegressionRisk final : public Differentiable {
 public:
  /// Throws InputError if there is no prompt or target, a shape does not fit, or a number is not finite.
  RegressionRisk(const model::AttentionShape& shape, const model::Prompts& prompts);
  ~RegressionRisk() override;

  std::size_t size() const override;
  double gradient(std::span<const double> theta, std::span<double> gradient) override;

  /// L(theta) alone.
  double value(std::span<const double> theta);

  std::size_t allocated_bytes() const;  ///< packed prompts and workspace

  class Evaluator;

 private:
  std::unique_ptr<Evaluator> evaluator_;
};

}  // namespace flowsweep::risk

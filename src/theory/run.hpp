#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "record/record.hpp"
#include "sweep/grid.hpp"
#include "theory/hessian_spectrum.hpp"

namespace flowsweep::dual {
struct DualIngredients;
}

namespace flowsweep::theory {

class AttentionChecker;
struct DualCheck;
struct SampleGaps;
struct TokenSource;

/// Changes what a dual model is made of before it predicts; for tests that plant a defect. Empty: none.
using DualAlteration = std::function<void(dual::DualIngredients&)>;

/// What `measure` may look at: a finished run, before its verdicts. What several theorems measure is computed
/// once, when the first of them asks. The arguments must outlive it.
class Run {
 public:
  /// `start`: the weights at flow time 0.
  Run(const sweep::Point& point, const record::RunRecord& record, std::span<const double> start,
      DualAlteration alteration = {});

  const sweep::Point& point;
  const record::RunRecord& record;
  const std::span<const double> start;

  /// Distinct eigenvalues of the Hessian of the population risk at the final weights, which must be (B, A).
  const DistinctEigenvalues& end_spectrum() const;

  /// Of softmax attention on prompts: its check prompts, and dual models on them at the final weights.
  const AttentionChecker& attention_checker() const;
  const DualCheck& dual_check() const;

  /// The tokens of a point that has them, at the final weights.
  const TokenSource& tokens() const;

  /// `draws` samples of them, of as many tokens as the point has demonstrations.
  const SampleGaps& token_gaps() const;

 private:
  DualAlteration alteration_;
  mutable std::shared_ptr<const AttentionChecker> attention_checker_;
  mutable std::shared_ptr<const DualCheck> dual_check_;
  mutable std::optional<DistinctEigenvalues> end_spectrum_;
  mutable std::shared_ptr<const TokenSource> tokens_;
  mutable std::shared_ptr<const SampleGaps> token_gaps_;
};

}  // namespace flowsweep::theory

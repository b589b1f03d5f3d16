#pragma once
#include <span>
#include <vector>

#include "risk/contraction_plan.hpp"
#include "risk/free_contractions.hpp"

namespace flowsweep::risk {

/// A plan that owns its steps.
class CompiledPlan {
 public:
  CompiledPlan() = default;
  CompiledPlan(std::vector<ContractionStep> steps, std::vector<ContractionTerm> terms)
      : steps_(std::move(steps)), terms_(std::move(terms)) {}

  /// Valid as long as this object.
  ContractionPlan view() const { return {steps_.data(), static_cast<int>(steps_.size()), terms_.data()}; }

 private:
  std::vector<ContractionStep> steps_;
  std::vector<ContractionTerm> terms_;
};

/// The plan of Z(X, Y), half of the bilinear 2d x 2d matrix N(X, Y) of
///   sum_t E ||yhat_t||^2 = <P^T P, N(Q, Q)>:   N(X, Y) + N(Y, X) = M + M^T,  M = Z(X, Y) + Z(Y, X).
/// First family: X, second: Y, matrix 2 (2 key + query) the block Q_key,query; target matrix 2 a + a' is the
/// block (a, a').
CompiledPlan compile_gram(std::span<const FreeContraction> contractions);

/// The plan of T(G, X), the adjoint: <T(G, X), Y> = <G, N(X, Y)>. First family: G, matrix 2 (2 a + a') the
/// block (a, a'); second: X. Target matrix 2 (2 key + query) is a block, the next one is added to it
/// transposed.
CompiledPlan compile_adjoint(std::span<const FreeContraction> contractions);

}  // namespace flowsweep::risk

#pragma once
#include <optional>
#include <span>

#include "record/record.hpp"
#include "sweep/grid.hpp"
#include "theory/hessian_spectrum.hpp"

namespace flowsweep::theory {

/// What `measure` may look at: a finished run, before its verdicts. What several theorems measure is computed
/// once, when the first of them asks. The arguments must outlive it.
class Run {
 public:
  /// `start`: the weights at flow time 0.
  Run(const sweep::Point& point, const record::RunRecord& record, std::span<const double> start);

  const sweep::Point& point;
  const record::RunRecord& record;
  const std::span<const double> start;

  /// Distinct eigenvalues of the Hessian of the population risk at the final weights, which must be (B, A).
  const DistinctEigenvalues& end_spectrum() const;

 private:
  mutable std::optional<DistinctEigenvalues> end_spectrum_;
};

}  // namespace flowsweep::theory

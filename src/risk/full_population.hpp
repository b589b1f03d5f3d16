#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "core/differentiable.hpp"
#include "distribution/law.hpp"
#include "risk/alignment.hpp"
#include "risk/contraction_compiler.hpp"
#include "risk/full_population_kernel.hpp"

namespace flowsweep::risk {

/// Exact population risk of the one-layer linear causal attention model in all six blocks,
///
///   L(P, Q) = sum_{t=2}^{T-1} 1/2 E || P E_t E_t^* Q e_t / (t-1) - x_{t+1} ||^2,
///
/// for real P = [P1 P2] and Q = [[Q11 Q12], [Q21 Q22]]. theta holds P (d x 2d), then Q (2d x 2d), row-major:
/// 6 d^2 reals, the order of model/linear_attention.hpp without imaginary parts. Where P2, Q11, Q12 and Q22
/// are 0 it is PopulationRisk in (B, A) = (P1, Q21), and they have no gradient. A gradient takes some tens of
/// d x d products, whatever the context. Source: derived (docs/theory/mesa.md, "All blocks").
class FullPopulationRisk final : public Differentiable {
 public:
  /// Throws std::invalid_argument if context < 3 or not has_free_contractions(law).
  FullPopulationRisk(const distribution::Law& law, std::int64_t context);

  std::size_t size() const override { return 6 * dimension_ * dimension_; }
  double gradient(std::span<const double> theta, std::span<double> gradient) override;
  double gradient_rounding(std::span<const double> theta) const override;
  bool has_hessian_product() const override { return true; }
  void hessian_product(std::span<const double> theta, std::span<const double> direction,
                       std::span<double> product) override;

 private:
  struct Release {
    void operator()(double* pointer) const;
  };

  std::size_t dimension_;
  double rounding_;
  Alignment alignment_;
  CompiledPlan gram_, adjoint_;
  std::vector<double> factors_;  ///< [3][stride]: FullPopulationProblem::scale, fourth, sixth
  std::unique_ptr<double[], Release> work_;
  FullPopulationProblem problem_{};
  std::vector<double> last_theta_;  ///< point that the workspace is prepared for (empty: none)
  decltype(&baseline::full_population_gradient) gradient_;
  decltype(&baseline::full_population_product) product_;
};

/// The risk in all blocks by the fastest way that serves the law: FullPopulationRisk, or
/// EnumeratedPopulationRisk.
std::unique_ptr<Differentiable> full_population_risk(const distribution::Law& law, std::int64_t context);

/// The diagonal start of Assumption 3.1 in all blocks: P1 = b0 I, Q21 = a0 I, the rest 0.
std::vector<double> full_diagonal_start(int dimension, double a0, double b0);

/// Bound on the rounding of |grad L| over |theta|: 8 x 2^-52 H0 max_j E v_j^4, as in PopulationRisk; the
/// terms of the other blocks vanish at the minimum.
double full_gradient_rounding(const distribution::Law& law, const ContextSums& sums);

}  // namespace flowsweep::risk

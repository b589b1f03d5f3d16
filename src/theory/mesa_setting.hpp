#pragma once
#include <cstdint>
#include <memory>

#include "distribution/law.hpp"
#include "risk/population.hpp"
#include "sweep/grid.hpp"
#include "theory/laws.hpp"

namespace flowsweep::theory {

/// A grid point of the linear causal attention model in the theory's own terms (docs/theory/mesa.md).
struct MesaSetting {
  std::shared_ptr<const distribution::Law> law;
  int dimension = 0;           ///< d
  std::int64_t context = 0;    ///< T
  bool population = true;      ///< exact population risk; false: empirical risk of sampled sequences
  bool masked = false;         ///< off-diagonal entries of A and B are held at their start values
  bool all_blocks = false;     ///< all six blocks are free and noisy at the start, not (B, A) alone
  bool diagonal_start = true;  ///< the start is exactly A = a0 I, B = b0 I
  double a0 = 0, b0 = 0;
  double perturbation = 0;  ///< standard deviation of the noise on the start (dense starts: of every entry)
  bool error_controlled = true;  ///< the integrator controls its local error (not euler)
  double relative_tolerance = 0, absolute_tolerance = 0, gradient_tolerance = 0;
  risk::ContextSums sums{};

  /// delta = a0^2 - b0^2, which the flow from a diagonal start keeps (mesa.balance).
  double delta() const { return a0 * a0 - b0 * b0; }
};

MesaSetting mesa_setting(const sweep::Point& point);

/// The scale of the point's law; NaN for a law without.
double scale_of(const sweep::Point& point);

/// Whether the point is about the linear causal attention model: linear-attention, or causal-attention with
/// linear scores, which is the same function of the weights.
bool is_linear_attention(const sweep::Point& point);

/// kappa1 = E v_j^4, kappa2 = E v_j^6, kappa3 = sum_{r != j} E v_j^2 v_r^4 of coordinate j.
struct Kappas {
  double kappa1, kappa2, kappa3;
};
Kappas kappas(const distribution::Law& law, int coordinate);

/// The limit predicted by Theorem 4.1 from coordinate 0's kappas:
/// S1 = H0 kappa1, S2 = H0 kappa2 + H1 kappa3, c = S1/S2 = a* b*.
struct PredictedLimit {
  double s1, s2, product;
};
PredictedLimit predicted_limit(const MesaSetting& setting);

/// a* and b* on the flow that conserves delta = a^2 - b^2 (mesa.balance, derived):
/// a*^2 = (delta + sqrt(delta^2 + 4 c^2)) / 2, b* = c / a*; both positive.
struct LimitWeights {
  double a, b;
};
LimitWeights limit_weights(double product, double delta);

}  // namespace flowsweep::theory

#pragma once
#include "risk/causal_risk.hpp"

namespace flowsweep::theory {

/// Causal attention with P1 = b I, Q21 = a I and every other block 0.
struct RecallLayer {
  double a, b;
  double risk;  ///< of the layer
};

/// The layer of least risk among 0.1 <= a <= 1e4 and all b: for given a the risk is a quadratic polynomial in
/// b; a is searched on 26 points in equal ratios, and by golden section about the best of them, to 1e-4 of
/// itself.
RecallLayer best_recall_layer(risk::CausalRisk& risk, int dimension);

}  // namespace flowsweep::theory

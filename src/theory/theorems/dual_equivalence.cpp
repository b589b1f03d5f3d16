#include "theory/dual_statement.hpp"

namespace flowsweep::theory {
namespace {

double plain_margin(const sweep::Point& point) {
  return attention_setting(point).shape.modifications == model::Modifications{} ? 1 : -1;
}

Findings judge_equivalence(const sweep::Point& point, const record::RunRecord& /*run*/,
                           std::span<const double> measured) {
  return equivalence_findings(measured, {one_layer_margin(point), plain_margin(point)});
}

}  // namespace

const Theorem& dual_equivalence() {
  static const Theorem theorem = {
      "dual.equivalence",
      "Attention is one gradient step of a dual model",
      "The output of one softmax attention layer for the last query token is what the dual model f(z) = W "
      "phi(z), "
      "K(x, y) = exp(x.y) = <phi(x), phi(y)>, predicts at the query after one gradient step of rate eta on "
      "its "
      "loss over the demonstrations, from the W_0 that holds the query tokens: for all weights, N, T and "
      "eta, "
      "and so at every state of a gradient flow.",
      "W_0 - eta grad Ld(W_0) at phi(q) = h',  Ld(W) = -1/(eta D) sum_i v_i . W phi(k_i),  "
      "W_0 = 1/D sum_j v'_j phi(k'_j)^T,  D = sum_j K(k_j, q)",
      "after Ren & Liu 2024 (formulas worked out for this project, docs/theory/dual.md)",
      Standing::paper,
      {one_layer_condition(),
       {"plain attention", "alpha = 0, beta = 0, both maps the identity. Margin 1 or -1"}},
      equivalence_conclusions(),
      equivalence_measurements(),
      equivalence_tolerance_source,
      is_bare_attention,
      measure_equivalence,
      judge_equivalence};
  return theorem;
}

}  // namespace flowsweep::theory

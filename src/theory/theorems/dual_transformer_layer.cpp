#include "theory/dual_statement.hpp"

namespace flowsweep::theory {
namespace {

enum Pattern { least = 4, live };  // after those of measure_equivalence()

std::vector<double> measure(const Run& run) {
  std::vector<double> measured = measure_equivalence(run);
  measured.push_back(run.dual_check().pattern);
  measured.push_back(run.dual_check().live);
  return measured;
}

double shapes_margin(const sweep::Point& point) {
  const model::AttentionShape shape = attention_setting(point).shape;
  return !shape.residual || shape.width == shape.input ? 1 : -1;
}

Findings judge_transformer(const sweep::Point& point, const record::RunRecord& /*run*/,
                           std::span<const double> measured) {
  return equivalence_findings(measured, {measured[least] - measured[tolerance],
                                         measured[live] == 0 ? -1 : measured[live], shapes_margin(point)});
}

std::vector<record::Quantity> measurements() {
  std::vector<record::Quantity> all = equivalence_measurements();
  all.push_back({"pattern", "1", "least |z_i| of a hidden unit over its envelope at the end, check prompts"});
  all.push_back({"live_share", "1", "share of the check prompts at which the output depends on attention"});
  return all;
}

}  // namespace

const Theorem& dual_transformer_layer() {
  static const Theorem theorem = {
      "dual.transformer-layer",
      "A Transformer layer is one gradient step of a dual model, given its activation pattern",
      "Conditional on the activation pattern S of the final output, attention and feed-forward part together "
      "are the "
      "prediction of one dual model after one step: with values W_F v, in W_0 too, and bias b_F. With and "
      "without "
      "residual connections, plain or modified.",
      "S = diag(1[W_1 u + b_1 > 0]): W_F = W_2 S W_1, b_F = W_2 S b_1 + b_2, u = h';  residual, u = h' + x': "
      "W_F = I + W_2 S W_1, b_F = W_2 S (W_1 x' + b_1) + b_2 + x'",
      "after Ren & Liu 2024 (formulas worked out for this project; residual connections derived, "
      "docs/theory/dual.md)",
      Standing::paper,
      {{"activation pattern",
        "S is decided at the end: no hidden unit is within rounding of 0. Margin least |z_i| over its "
        "envelope, "
        "less the tolerance. (Records are not asked: ReLU is continuous.)"},
       {"live", "on some check prompt the values W_F v are not all 0. Margin share of such prompts, or -1"},
       {"shapes", "d_o = d_i where there are residual connections. Margin 1 or -1"}},
      equivalence_conclusions(),
      measurements(),
      equivalence_tolerance_source,
      is_transformer_layer,
      measure,
      judge_transformer};
  return theorem;
}

}  // namespace flowsweep::theory

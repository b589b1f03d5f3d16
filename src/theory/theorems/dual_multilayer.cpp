#include <algorithm>
#include <limits>

#include "theory/attention_envelope.hpp"
#include "theory/dual_statement.hpp"

namespace flowsweep::theory {
namespace {

constexpr double least_end_tolerance = 1e-10;
constexpr double perturbation = 1e-7;  // relative, of the tokens

enum { end_error = 4, end_tolerance };  // after those of measure_equivalence()

// By what factor the last output moves, relative to its envelope, where tokens move.
double growth(const AttentionChecker& checker, std::span<const double> weights, const CheckedPrompt& prompt,
              const Eigen::VectorXd& envelope) {
  Eigen::MatrixXd moved = prompt.tokens;
  for (Eigen::Index k = 0; k < moved.size(); ++k)
    moved.data()[k] *= 1 + (k % 2 == 0 ? perturbation : -perturbation);
  const CheckedPrompt other = checker.forward(weights, moved);
  return relative_distance(other.trace.output, prompt.trace.output, envelope) / perturbation;
}

struct End {
  double error = 0, growth = 1;
};

void compare(const AttentionChecker& checker, std::span<const double> weights, const Eigen::MatrixXd& tokens,
             End& end) {
  const AttentionSetting& setting = checker.setting();
  const CheckedPrompt prompt = checker.forward(weights, tokens);
  const auto negatives = [&](int layer, int column) { return prompt.negatives(layer, column); };
  const dual::LayeredPrediction found = dual::predict_through_layers(
      setting.shape, weights, tokens, setting.demonstrations, negatives, checker.rate());
  const int last = setting.shape.layers - 1, column = prompt.last_column();
  const model::AttentionLayerTrace& layer = prompt.trace.layers.back();
  const Eigen::VectorXd envelope = output_envelope(
      setting.shape.modifications, layer, layer_envelope(setting.shape, weights, last, layer.tokens),
      setting.demonstrations, column, prompt.negatives(last, column));
  raise(end.error, relative_distance(found.output, prompt.trace.output, envelope));
  raise(end.growth, growth(checker, weights, prompt, envelope));
}

std::vector<double> measure(const Run& run) {
  std::vector<double> measured = measure_equivalence(run);
  const AttentionChecker& checker = run.attention_checker();
  End end;
  for (const Eigen::MatrixXd& tokens : checker.prompts()) compare(checker, run.record.weights, tokens, end);
  const double grown = checker.setting().shape.layers * end.growth * run.dual_check().largest_tolerance;
  measured.push_back(end.error);
  measured.push_back(grown <= least_end_tolerance ? least_end_tolerance : grown);
  return measured;
}

double several_margin(const sweep::Point& point) {
  return static_cast<double>(point.integer("layers") - 2);
}

Findings judge_layers(const sweep::Point& point, const record::RunRecord& /*run*/,
                      std::span<const double> measured) {
  Findings findings = equivalence_findings(measured, {several_margin(point)});
  const bool resolved = measured[end_tolerance] < dual_resolution;
  findings.conclusion_margins.push_back(
      resolved ? agreement_margin(measured[end_error], 0, measured[end_tolerance])
               : std::numeric_limits<double>::quiet_NaN());
  return findings;
}

std::vector<record::Quantity> measurements() {
  std::vector<record::Quantity> all = equivalence_measurements();
  all.push_back({"end_error", "1",
                 "the same for the last output, duals fed with the predictions of duals through all layers"});
  all.push_back({"end_tolerance", "1",
                 "max(1e-10, L g t), t the largest tolerance of an output, g by which factor the last output "
                 "magnifies a relative change "
                 "of the tokens by 1e-7, at least 1"});
  return all;
}

bool is_multilayer(const sweep::Point& point) {
  return is_prompt_attention(point) && point.uses("layers");
}

}  // namespace

const Theorem& dual_multilayer() {
  static const Theorem theorem = {
      "dual.multilayer",
      "Every token of every attention layer has a dual model",
      "In several attention layers the output of each token in each layer is the prediction of a dual model "
      "of its "
      "own after one step, with training pairs from the outputs of the layer below; fed forward, the duals "
      "reproduce all layers. Plain or modified.",
      "pairs (k^l(h_i^(l-1)), v^l(h_i^(l-1))), normaliser D_j^l, query q_j^l: one step gives h_j^l",
      "after Ren & Liu 2024 (formulas worked out for this project, docs/theory/dual.md)",
      Standing::paper,
      {{"several layers", "L >= 2. Margin L - 2"}},
      [] {
        std::vector<Condition> all = equivalence_conclusions();
        all[0].meaning =
            "at the final weights every dual, fed with the layer below, predicts its output, on every "
            "check prompt. Margin 1 - distance / tolerance";
        all.push_back(
            {"end to end",
             "duals fed with duals give the output of the last query token. Margin 1 - distance / end "
             "tolerance"});
        return all;
      }(),
      measurements(),
      "rounding: a layer max(1e-12, 16 x 2^-52 S) of the output's envelope, S the largest envelope of a "
      "score; "
      "end to end at least 1e-10, and L times what the layers magnify that to",
      is_multilayer,
      measure,
      judge_layers};
  return theorem;
}

}  // namespace flowsweep::theory

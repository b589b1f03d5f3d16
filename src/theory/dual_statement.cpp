#include "theory/dual_statement.hpp"

#include <cmath>
#include <limits>

#include "theory/attention_envelope.hpp"
#include "theory/trajectory_column.hpp"

namespace flowsweep::theory {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double visible = 10;  // tolerances

// Largest over the records; NaN without records.
double largest(std::span<const double> values) {
  double result = values.empty() ? undefined : 0;
  for (const double value : values) raise(result, value);
  return result;
}

double largest_use(std::vector<double> errors, std::span<const double> tolerances) {
  for (std::size_t k = 0; k < errors.size(); ++k) errors[k] /= tolerances[k];
  return largest(errors);
}

std::vector<double> column(const Run& run, AttentionColumn of) {
  return trajectory_column(run.record.trajectory, static_cast<std::size_t>(of));
}

// The output of one layer against the dual of another modification of it.
double distance_without(const AttentionChecker& checker, std::span<const double> weights,
                        const model::Modifications& without, const Eigen::MatrixXd& tokens) {
  const AttentionSetting& setting = checker.setting();
  const CheckedPrompt prompt = checker.forward(weights, tokens);
  const int last = prompt.last_column(), n = setting.demonstrations;
  model::AttentionShape shape = setting.shape;
  shape.modifications = without;
  const auto negatives = without.beta == 0 ? dual::NegativeSets{} : prompt.negatives(0, last);
  dual::DualIngredients dual =
      dual::dual_of_layer(shape, weights.first(model::layout_of(shape).size), 0, tokens, n, last, negatives);
  dual.rate = checker.rate();
  return relative_distance(
      dual::prediction_after_one_step(dual::DualModel(std::move(dual))), prompt.trace.output,
      output_envelope(setting.shape.modifications, prompt.trace.layers[0],
                      layer_envelope(setting.shape, weights, 0, tokens), n, last, prompt.negatives(0, last)));
}

}  // namespace

const char* const equivalence_tolerance_source =
    "rounding: max(1e-12, 16 x 2^-52 S) of the envelope (sums of absolute products) of the output, S the "
    "largest envelope of a score";

bool is_bare_attention(const sweep::Point& point) {
  return is_prompt_attention(point) && !point.uses("hidden");
}

bool is_transformer_layer(const sweep::Point& point) {
  return is_prompt_attention(point) && point.uses("hidden");
}

std::vector<record::Quantity> equivalence_measurements() {
  return {{"dual_error", "1",
           "|| dual prediction - output || over the output's envelope, at the end and at the output of the "
           "check prompts where it is the largest share of its tolerance"},
          {"dual_tolerance", "1",
           "what rounding may make of it: max(1e-12, 16 x 2^-52 S); NaN where not below 1e-6"},
          {"flow_error", "1", "largest dual_error of a record"},
          {"flow_use", "1", "largest dual_error / dual_tolerance of a record"}};
}

std::vector<double> measure_equivalence(const Run& run) {
  const std::vector<double> errors = column(run, AttentionColumn::dual_error);
  const DualCheck& check = run.dual_check();
  return {check.error, check.tolerance, largest(errors),
          largest_use(errors, column(run, AttentionColumn::dual_tolerance))};
}

std::vector<Condition> equivalence_conclusions() {
  return {
      {"at the end",
       "at the final weights the dual prediction is the output, on every check prompt. Margin 1 - distance / "
       "tolerance"},
      {"along the flow", "the same at every record. Margin 1 - largest distance / tolerance of its record"}};
}

std::vector<double> equivalence_margins(std::span<const double> measured) {
  return {agreement_margin(measured[dual_error], 0, measured[tolerance]), 1 - measured[flow_use]};
}

Findings equivalence_findings(std::span<const double> measured, std::vector<double> hypothesis_margins) {
  Findings findings;
  findings.measured = measured[dual_error];
  findings.tolerance = measured[tolerance];
  findings.hypothesis_margins = std::move(hypothesis_margins);
  findings.conclusion_margins = equivalence_margins(measured);
  findings.about_end = false;
  return findings;
}

Condition one_layer_condition() {
  return {"one layer", "a single attention layer. Margin 1, or 1 - L"};
}

double one_layer_margin(const sweep::Point& point) {
  const int layers = point.uses("layers") ? static_cast<int>(point.integer("layers")) : 1;
  return layers == 1 ? 1 : 1 - layers;
}

Condition seen_condition() {
  return {
      "seen",
      "the dual of attention without the modification misses some output by more than ten tolerances. Margin "
      "distance / (10 tolerances) - 1"};
}

record::Quantity unmodified_measurement() {
  return {"unmodified_error", "1",
          "largest distance of an output from the prediction of the dual without the modification, over the "
          "output's envelope"};
}

std::vector<double> measure_modification(const Run& run, const model::Modifications& without) {
  std::vector<double> measured = measure_equivalence(run);
  const AttentionChecker& checker = run.attention_checker();
  measured.push_back(undefined);
  const model::AttentionShape& shape = checker.setting().shape;
  if (shape.layers > 1 || shape.modifications == without) return measured;
  measured.back() = 0;
  for (const Eigen::MatrixXd& tokens : checker.prompts())
    raise(measured.back(), distance_without(checker, run.record.weights, without, tokens));
  return measured;
}

double seen_margin(std::span<const double> measured) {
  return measured.back() / (visible * measured[tolerance]) - 1;
}

}  // namespace flowsweep::theory

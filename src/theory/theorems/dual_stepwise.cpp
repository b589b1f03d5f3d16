#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "theory/attention_envelope.hpp"
#include "theory/dual_statement.hpp"

namespace flowsweep::theory {
namespace {

constexpr std::size_t stages = 4;  // after 0, N/4, N/2 and 3N/4 steps

enum Measurement {
  formula_error,
  end_error,
  envelope_excess,
  rounding,
  rising,
  first_mean,
  first_spread = 9
};

/// Worst numbers over prompts and orders, and how far the steps in the given order come on average.
struct Steps {
  double formula = 0, end = 0, excess = 0, tolerance = 0;
  int passes = 0, rising = 0;
  std::array<double, stages> sum{}, squares{};
};

// v~ of the demonstrations as the forward pass has them.
Eigen::MatrixXd demonstration_values(const AttentionSetting& setting, const CheckedPrompt& prompt) {
  const model::AttentionLayerTrace& layer = prompt.trace.layers[0];
  Eigen::MatrixXd values = layer.values.leftCols(setting.demonstrations);
  const dual::NegativeSets& sets = prompt.negatives(0, prompt.last_column());
  for (std::size_t i = 0; i < sets.size(); ++i)
    for (const int j : sets[i])
      values.col(static_cast<Eigen::Index>(i)) -=
          setting.shape.modifications.beta / static_cast<double>(sets[i].size()) * layer.values.col(j);
  return values;
}

void compare_order(const Eigen::MatrixXd& predictions, const Eigen::VectorXd& output, double size,
                   const dual::RemainingDistances& stated, double tolerance, Steps& steps) {
  const Eigen::Index n = stated.distances.size() - 1;
  bool rises = false;
  for (Eigen::Index k = 0; k <= n; ++k) {
    const double distance = (predictions.col(k) - output).norm();
    raise(steps.formula, std::abs(distance - stated.distances[k]) / size);
    raise(steps.excess, (distance - stated.envelope[k]) / size);
    rises = rises || (k > 0 && stated.distances[k] > stated.distances[k - 1] + tolerance * size);
  }
  raise(steps.end, (predictions.col(n) - output).norm() / size);
  ++steps.passes;
  steps.rising += rises ? 1 : 0;
}

void add_stages(const dual::RemainingDistances& stated, Steps& steps) {
  const Eigen::Index n = stated.distances.size() - 1;
  for (std::size_t k = 0; k < stages; ++k) {
    const double share =
        stated.distances[n * static_cast<Eigen::Index>(k) / Eigen::Index{stages}] / stated.envelope[0];
    steps.sum[k] += share;
    steps.squares[k] += share * share;
  }
}

void compare(const AttentionChecker& checker, std::span<const double> weights, const Eigen::MatrixXd& tokens,
             Steps& steps) {
  const AttentionSetting& setting = checker.setting();
  const CheckedPrompt prompt = checker.forward(weights, tokens);
  const int last = prompt.last_column(), n = setting.demonstrations;
  const LayerEnvelope sizes = layer_envelope(setting.shape, weights, 0, tokens);
  const double tolerance = dual_tolerance(score_envelope(sizes, last));
  raise(steps.tolerance, tolerance);
  const double size = output_envelope(setting.shape.modifications, prompt.trace.layers[0], sizes, n, last,
                                      prompt.negatives(0, last))
                          .norm();
  const dual::DualModel dual = checker.model_of(
      checker.dual_of(prompt, dual::layer_tokens(setting.shape, weights, 0, tokens), 0, last));
  const Eigen::VectorXd attention = prompt.trace.layers[0].weights.col(last).head(n);
  const Eigen::MatrixXd values = demonstration_values(setting, prompt);
  std::vector<int> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  for (const bool reversed : {false, true}) {
    if (reversed) std::ranges::reverse(order);
    const dual::RemainingDistances stated = dual::remaining_distances(attention, values, order);
    compare_order(dual.stepwise_predictions(order), prompt.trace.output, size, stated, tolerance, steps);
    if (!reversed) add_stages(stated, steps);
  }
}

std::vector<double> measure(const Run& run) {
  const AttentionChecker& checker = run.attention_checker();
  if (checker.setting().shape.layers != 1)
    return std::vector<double>(first_spread + stages, std::numeric_limits<double>::quiet_NaN());
  Steps steps;
  for (const Eigen::MatrixXd& tokens : checker.prompts()) compare(checker, run.record.weights, tokens, steps);
  std::vector<double> measured = {steps.formula, steps.end, steps.excess, steps.tolerance,
                                  static_cast<double>(steps.rising) / steps.passes};
  const auto count = static_cast<double>(checker.prompts().size());
  for (const double sum : steps.sum) measured.push_back(sum / count);
  for (std::size_t k = 0; k < stages; ++k) {
    const double mean = steps.sum[k] / count;
    measured.push_back(std::sqrt(std::max(0.0, steps.squares[k] / count - mean * mean)));
  }
  return measured;
}

Findings judge_steps(const sweep::Point& point, const record::RunRecord& /*run*/,
                     std::span<const double> measured) {
  const double tolerance = measured[rounding];
  Findings findings = equivalence_findings(std::array{measured[formula_error], tolerance, 0.0, 0.0},
                                           {one_layer_margin(point)});
  findings.conclusion_margins = {agreement_margin(measured[formula_error], 0, tolerance),
                                 agreement_margin(measured[end_error], 0, tolerance),
                                 1 - measured[envelope_excess] / tolerance};
  return findings;
}

std::vector<record::Quantity> measurements() {
  std::vector<record::Quantity> all = {
      {"formula_error", "1",
       "largest | distance to the output after n one-token steps - r_n | over n, check prompts and two "
       "orders, over "
       "the output's envelope"},
      {"end_error", "1", "largest distance to the output after all N steps, over its envelope"},
      {"envelope_excess", "1", "largest distance less sum_{i>n} a_i ||v_i||, over the output's envelope"},
      {"dual_tolerance", "1", "what rounding may make of these: max(1e-12, 16 x 2^-52 S)"},
      {"rising_share", "1", "share of the passes, one a prompt and order, in which some step adds to r_n"}};
  const std::array<const char*, stages> names = {"0", "quarter", "half", "three_quarters"};
  const std::array<const char*, stages> steps = {"0", "N/4", "N/2", "3N/4"};
  for (const char* kind : {"mean", "spread"})
    for (std::size_t k = 0; k < stages; ++k)
      all.push_back({std::string(kind) + "_after_" + names[k], "1",
                     std::string(kind == std::string("mean") ? "mean" : "standard deviation") +
                         " over the check prompts of r_n / sum_i a_i ||v_i|| after " + steps[k] +
                         " steps, demonstrations in their order"});
  return all;
}

}  // namespace

const Theorem& dual_stepwise() {
  static const Theorem theorem = {
      "dual.stepwise",
      "The dual step splits into one-token steps",
      "The dual loss is linear but for its regularisation, which enters once, at W_0: the gradient step is "
      "the sum of "
      "N steps, one a demonstration, in any order. After n of them the prediction is r_n away from the "
      "attention "
      "output, r_N = 0. r_n need not fall; the envelope does.",
      "r_n = || sum_{i>n} a_i v_i || <= sum_{i>n} a_i ||v_i||,  a the softmax weights",
      "derived (docs/theory/dual.md)",
      Standing::derived,
      {one_layer_condition()},
      {{"distances",
        "distances to the output are r_n after every step. Margin 1 - largest difference / tolerance"},
       {"all steps",
        "after N steps, in either order, the prediction is the output. Margin 1 - distance / tolerance"},
       {"envelope", "no distance exceeds the envelope. Margin 1 - largest excess / tolerance"}},
      measurements(),
      equivalence_tolerance_source,
      is_bare_attention,
      measure,
      judge_steps};
  return theorem;
}

}  // namespace flowsweep::theory

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/rng.hpp"
#include "model/linear_attention.hpp"
#include "model/recall.hpp"
#include "risk/diagonal_minimiser.hpp"
#include "theory/causal_setting.hpp"
#include "theory/fresh_sequences.hpp"
#include "theory/mesa_conditions.hpp"
#include "theory/recall_layer.hpp"
#include "theory/recurrence.hpp"

namespace flowsweep::theory {
namespace {

constexpr std::size_t few_sequences = 100;  // where the point asks for none
constexpr double rounding = 1e-9;           // of ||v||^2: scores up to 1e6 times it are rounded to 1e-10
constexpr double resolved = 1e-6;           // of the risk: what the search of the best layer leaves

enum Measurement {
  end_risk,
  recall_risk,
  recall_a,
  recall_b,
  one_step_risk,
  recalled_share,
  bound_slack,
  recurrence_slack
};

// The least risk of one gradient-descent step, the diagonal set of linear attention.
double least_one_step_risk(const risk::Sequences& sequences) {
  const double weight = std::sqrt(std::max(risk::diagonal_minimiser(sequences).product, 0.0));
  const auto d = static_cast<std::size_t>(sequences.dimension);
  std::vector<double> theta(model::weight_count(d));
  model::pack(model::diagonal_start(d, weight, weight), theta);
  return risk::EmpiricalRisk(sequences).losses(theta).summed;
}

// On fresh sequences: the share 2 (V - g) of the energy, and the smallest slacks of both bounds relative to
// V.
struct Bounds {
  double share, bound_slack, recurrence_slack;
};

Bounds fresh_bounds(const sweep::Point& point, const MesaSetting& setting, double a) {
  const auto d = static_cast<std::size_t>(setting.dimension);
  const risk::SampledSequences sample =
      risk::sample_sequences(*setting.law, std::max(requested_sequences(point), few_sequences), point.id(),
                             Stream::measurement_sequences);
  double energy = 0, recalled = 0, slack = std::numeric_limits<double>::infinity(), recurrence = slack;
  for (std::size_t n = 0; n < sample.initial.size(); n += d) {
    const Eigen::MatrixXcd x =
        model::sequence_states(std::span(sample.initial).subspan(n, d), std::span(sample.phase).subspan(n, d),
                               static_cast<int>(setting.context));
    const double V = x.col(0).squaredNorm();
    if (V == 0) continue;
    const RecurrenceBound found = recurrence_bound(x, a);
    energy += V;
    recalled += found.recalled;
    slack = std::min(slack, (found.bound - found.error) / V);
    recurrence = std::min(recurrence, (found.recurrence - found.recalled) / V);
  }
  return {recalled / energy, slack, recurrence};
}

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const risk::SampledSequences sample = training_sequences(run.point);
  const risk::Sequences sequences{setting.dimension, static_cast<int>(setting.context), sample.initial,
                                  sample.phase};
  risk::CausalRisk risk(sequences, model::CausalScore::softmax);
  const RecallLayer best = best_recall_layer(risk, setting.dimension);
  const Bounds bounds = fresh_bounds(run.point, setting, best.a);
  return {risk.losses(run.record.weights).summed,
          best.risk,
          best.a,
          best.b,
          least_one_step_risk(sequences),
          bounds.share,
          bounds.bound_slack,
          bounds.recurrence_slack};
}

Findings judge_recall(const sweep::Point& point, const record::RunRecord& /*run*/,
                      std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const double tolerance = resolved * measured[recall_risk];
  return {measured[recall_risk],
          measured[end_risk],
          tolerance,
          {diagonal_start_margin(setting)},
          {(measured[recall_risk] + tolerance - measured[end_risk]) / measured[recall_risk],
           measured[bound_slack] + rounding, measured[recurrence_slack] + rounding}};
}

}  // namespace

const Theorem& causal_recall() {
  static const Theorem theorem = {
      "causal.recall",
      "Softmax attention learns to recall",
      "From a diagonal start the flow of softmax causal attention ends at a risk that is not above the least "
      "of the layers P1 = b I, Q21 = a I (observed, not proved). Such a layer weighs x_s by how much x_{s-1} "
      "is "
      "like x_t: it recalls what followed the state most like x_t, up to (2/B) ln t (derived). As phases "
      "return, "
      "that state comes as near as wanted, so that as a and t grow every law is recovered, at the rate "
      "t^(-2/d) "
      "of mean squares, whatever the sizes |v_j| (derived); one gradient-descent step, which is what linear "
      "scores learn, recovers only laws with |v_j| in {0, c}. Both bounds are checked on fresh sequences for "
      "the best a.",
      "L(end) <= min_{a,b} L(b I, a I);  at b = 1: |yhat_t - x_{t+1}|^2 <= 2 (V - g) + (2/B) ln t + 2 V "
      "exp(-B g), "
      " 2 (V - g) <= 4 pi^2 V (t-1)^(-2/d);  V = |v|^2, B = a/sqrt(2d), g = max(0, max_{2<=s<=t} Re "
      "x_{s-1}^* x_t)",
      "observed; the bounds derived (convexity of the square; the entropy of softmax weights is at most ln "
      "t; "
      "Dirichlet's theorem on simultaneous approximation)",
      Standing::observed,
      {diagonal_start_condition()},
      {{"least risk",
        "L(end) <= the least risk of those layers (1 + 1e-6). Margin: the difference over that risk"},
       {"recall",
        "the first bound holds for every fresh sequence, t = T - 1. Margin: smallest slack over V + 1e-9"},
       {"recurrence", "so does the second. Margin: smallest slack over V + 1e-9"}},
      {{"end_risk", "v^2", "risk at the end"},
       {"recall_risk", "v^2", "least risk of the layers P1 = b I, Q21 = a I, 0.1 <= a <= 1e4"},
       {"recall_a", "1", "its a"},
       {"recall_b", "1", "its b"},
       {"one_step_risk", "v^2",
        "least risk of one gradient-descent step on the same sequences, the diagonal set of linear scores"},
       {"recalled_share", "1", "mean of 2 (V - g) over that of V: what recall leaves as a grows"},
       {"bound_slack", "1", "smallest (bound - error) / V of the first bound"},
       {"recurrence_slack", "1", "the same of the second"}},
      "search of the best layer, 1e-6 of its risk; rounding of scores, 1e-9 V",
      is_softmax_causal_attention,
      measure,
      judge_recall};
  return theorem;
}

}  // namespace flowsweep::theory

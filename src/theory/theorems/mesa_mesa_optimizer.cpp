#include <algorithm>
#include <cmath>

#include "theory/fresh_sequences.hpp"
#include "theory/mesa_conditions.hpp"
#include "theory/trained_layer.hpp"

namespace flowsweep::theory {
namespace {

constexpr std::size_t few = 4;  // the identity holds on every single sequence
constexpr double rounding = 1e-13;

enum Measurement { step_size, residual, sensitivity };

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const model::LinearAttention layer = trained_layer(run.record.weights, setting.dimension);
  double inner = 0, memory_energy = 0, energy = 0, bound = 0;
  std::vector<std::pair<Eigen::VectorXcd, Eigen::VectorXcd>> pairs;
  FreshSequences fresh(*setting.law, run.point.id());
  fresh.visit(std::max(few, requested_sequences(run.point)), test_length(run.point) - 1,
              [&](std::span<const double>, const model::SequenceStep& step) {
                pairs.emplace_back(step.predict(layer), step.memory());
                const auto& [prediction, memory] = pairs.back();
                inner += memory.dot(prediction).real();
                memory_energy += memory.squaredNorm();
                energy += prediction.squaredNorm();
                bound += step.memory_bound() * step.memory_bound();
              });
  const double eta = inner / memory_energy;
  double squares = 0;
  for (const auto& [prediction, memory] : pairs) squares += (prediction - eta * memory).squaredNorm();
  return {eta, std::sqrt(squares / energy), std::sqrt(bound / memory_energy)};
}

Findings judge_optimizer(const sweep::Point& point, const record::RunRecord& run,
                         std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const PredictedLimit limit = predicted_limit(setting);
  const LimitWeights end = limit_weights(limit.product, setting.delta());
  const double largest = std::max(end.a, end.b);
  const double product = product_tolerance(setting, limit, run.largest_gradient_norm);
  const double entry = product / largest + flow_tolerance(setting, run.steps, largest);
  // |B S A x - ab S x| <= (|B - bI| a + |A - aI| b) |S| |x| to first order.
  const double distance =
      measured[sensitivity] * (setting.dimension * entry * (end.a + end.b) / limit.product + rounding);
  const double tolerance = product + distance * limit.product;
  return {limit.product,
          measured[step_size],
          tolerance,
          {population_margin(setting), diagonal_start_margin(setting), single_power_margin(*setting.law),
           equal_kappas_margin(*setting.law)},
          {agreement_margin(measured[residual], 0, distance),
           agreement_margin(measured[step_size], limit.product, tolerance)},
          limit.product};
}

}  // namespace

const Theorem& mesa_mesa_optimizer() {
  static const Theorem theorem = {
      "mesa.mesa-optimizer",
      "The trained layer does one step of gradient descent",
      "At the limit of Theorem 4.1 the layer predicts like one gradient-descent step from W = 0 on the least "
      "squares of its own context, on every sequence. Measured for any trained weights, on fresh sequences "
      "at "
      "their last step: the step size eta that comes nearest in least squares, and the distance that is "
      "left. "
      "As encoded here, 4.1 does not suffice (see mesa.limit).",
      "yhat_t = W1 x_t,  W1 = (a* b* / (t-1)) sum_{s<t} x_{s+1} x_s^*;  measured: min over eta of |yhat_t - "
      "(eta / (t-1)) sum_{s<t} x_{s+1} x_s^* x_t| / |yhat_t|",
      "after Zheng et al. 2024 (arXiv 2405.16845), corollary of Theorem 4.1, as encoded here",
      Standing::paper,
      {population_condition(), diagonal_start_condition(), single_power_condition(),
       equal_kappas_condition()},
      {{"one step", "relative distance from the nearest step <= its tolerance. Margin 1 - distance / that"},
       {"step size", "|eta - c| <= tolerance. Margin 1 - |eta - c| / tolerance"}},
      {{"step_size", "1", "eta of the nearest gradient-descent step, in least squares over fresh sequences"},
       {"residual", "1", "root mean square distance from that step, relative to the predictions"},
       {"sensitivity", "1", "root mean square of |S_t|_F |x_t| relative to that of |S_t x_t|"}},
      "what the entries of A and B may be off (as for mesa.limit), d (a* + b*) / (a* b*) times that, times "
      "the "
      "sensitivity; plus rounding",
      is_linear_attention,
      measure,
      judge_optimizer};
  return theorem;
}

}  // namespace flowsweep::theory

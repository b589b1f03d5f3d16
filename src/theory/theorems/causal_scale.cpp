#include <algorithm>
#include <cmath>

#include "model/linear_attention.hpp"
#include "risk/causal_risk.hpp"
#include "theory/causal_setting.hpp"
#include "theory/mesa_setting.hpp"
#include "theory/theorem.hpp"

namespace flowsweep::theory {
namespace {

constexpr double rounding = 1e-13;  // of the risk at P = 0, in sums over sequences and steps

enum Measurement { risk_at_zero, explained, at_end, value_norm };

// L(s P) = L(0) - s C + s^2 Y / 2 with Y = E sum ||yhat||^2: three values of the risk, no gradient.
std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  const risk::SampledSequences sample = training_sequences(run.point);
  risk::CausalRisk risk({setting.dimension, static_cast<int>(setting.context), sample.initial, sample.phase},
                        causal_score(run.point));
  std::vector<double> theta = run.record.weights;
  const auto values =
      std::span(theta).first(model::q_index(static_cast<std::size_t>(setting.dimension), 0, 0));
  double square = 0;
  for (const double value : values) square += value * value;
  const double end = risk.losses(theta).summed;
  for (double& value : values) value = -value;
  const double mirrored = risk.losses(theta).summed;
  std::ranges::fill(values, 0.0);
  const double zero = risk.losses(theta).summed;
  return {zero, end + mirrored - 2 * zero, end, std::sqrt(square)};
}

Findings judge_scale(const sweep::Point& point, const record::RunRecord& run,
                     std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const double predicted = measured[risk_at_zero] - measured[explained] / 2;
  const double tolerance = measured[value_norm] * setting.gradient_tolerance * run.largest_gradient_norm +
                           rounding * measured[risk_at_zero];
  return {predicted,
          measured[at_end],
          tolerance,
          {setting.masked && !setting.diagonal_start ? -setting.perturbation : 1.0},
          {agreement_margin(measured[at_end], predicted, tolerance)},
          measured[risk_at_zero]};
}

}  // namespace

const Theorem& causal_scale() {
  static const Theorem theorem = {
      "causal.scale",
      "At the end no multiple of the predictions does better",
      "Predictions of causal attention are linear in P, whatever the scores. Where a gradient flow ends, the "
      "risk is therefore least among all multiples of P: the energy of the sequences splits into what is "
      "predicted and what is left.",
      "L = 1/2 E sum_t |x_{t+1}|^2 - 1/2 E sum_t |yhat_t|^2 where grad L = 0;  in general the two differ by "
      "Re <P, "
      "dL/dP>, at most |P| |grad L|",
      "derived (dL(sP)/ds = Re <P, dL/dP> at s = 1, and L(sP) is a quadratic polynomial in s)",
      Standing::derived,
      {{"complete gradient",
        "no mask, or a start whose masked entries are 0. Margin 1, or minus the perturbation"}},
      {{"balance of energy", "|L - predicted| <= tolerance. Margin 1 - |difference| / tolerance"}},
      {{"risk_at_zero", "v^2", "risk of predicting 0: half the energy of the training sequences"},
       {"explained", "v^2", "E sum_t |yhat_t|^2 at the end, from the risk at P, -P and 0"},
       {"risk_at_end", "v^2", "risk at the end"},
       {"value_norm", "1", "|P| at the end"}},
      "|P| times the gradient at which the flow stops, gradient_tolerance times the largest; rounding 1e-13 "
      "of "
      "the risk at P = 0",
      is_causal_attention,
      measure,
      judge_scale};
  return theorem;
}

}  // namespace flowsweep::theory

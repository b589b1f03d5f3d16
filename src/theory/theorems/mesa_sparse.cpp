#include "theory/mesa_conditions.hpp"
#include "theory/mesa_weights.hpp"

namespace flowsweep::theory {
namespace {

enum Measurement { product, loss };

std::vector<double> measure(const Run& run) {
  const MesaSetting setting = mesa_setting(run.point);
  risk::PopulationRisk risk(setting.law, setting.context);
  std::vector<double> gradient(risk.size());
  const bool diagonal_weights = run.record.weights.size() == risk.size();
  const double end =
      diagonal_weights ? risk.gradient(run.record.weights, gradient) : run.record.finals.front();
  return {diagonal_structure(run.record.weights, setting.dimension).product, end};
}

Findings judge_sparse(const sweep::Point& point, const record::RunRecord& run,
                      std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const bool sparse = point.name("distribution") == "sparse";
  const double c = scale_of(point);
  const double predicted = 1 / (c * c);
  const PredictedLimit limit = predicted_limit(setting);
  const double tolerance = product_tolerance(setting, limit, run.largest_gradient_norm);
  // L = d S2 (ab - c)^2 / 2 on the diagonal set; the cancellation of its terms, each H0 c^2 / 2 in size,
  // leaves rounding.
  const double loss_tolerance =
      0.5 * setting.dimension * limit.s2 * tolerance * tolerance + 1e-14 * setting.sums.h0 * c * c;
  return {predicted,
          measured[product],
          tolerance,
          {population_margin(setting), diagonal_start_margin(setting), sparse ? 1.0 : -1.0},
          {agreement_margin(measured[product], predicted, tolerance),
           agreement_margin(measured[loss], 0, loss_tolerance)},
          predicted};
}

}  // namespace

const Theorem& mesa_sparse() {
  static const Theorem theorem = {
      "mesa.sparse",
      "Exact recovery of sparse initial tokens",
      "For v = +-c e_j with j and sign uniform and a diagonal start the flow converges to the step size "
      "below and the risk to "
      "0: the trained model recovers the sequence at every length.",
      "a* b* = 1/c^2,  L* = 0",
      "after Zheng et al. 2024 (arXiv 2405.16845), Example 4.1",
      Standing::paper,
      {population_condition(), diagonal_start_condition(), {"sparse law", "v = +-c e_j. Margin 1 or -1"}},
      {{"product", "|ab - 1/c^2| <= tolerance. Margin 1 - |ab - 1/c^2| / tolerance"},
       {"zero loss", "L <= d S2 tolerance^2 / 2 + rounding. Margin 1 - L / that"}},
      {{"product", "1", "ab = mean_j A_jj B_jj at the end"},
       {"loss", "1", "population risk at the final weights"}},
      "the gradient at which the flow stops, as for mesa.limit",
      is_linear_attention,
      measure,
      judge_sparse};
  return theorem;
}

}  // namespace flowsweep::theory

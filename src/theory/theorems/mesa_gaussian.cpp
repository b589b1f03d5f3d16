#include "theory/mesa_conditions.hpp"
#include "theory/mesa_weights.hpp"

namespace flowsweep::theory {
namespace {

std::vector<double> measure(const Run& run) {
  const auto d = static_cast<int>(run.point.integer("dimension"));
  return {diagonal_structure(run.record.weights, d).product};
}

Findings judge_gaussian(const sweep::Point& point, const record::RunRecord& run,
                        std::span<const double> measured) {
  const MesaSetting setting = mesa_setting(point);
  const bool gaussian = point.name("distribution") == "gaussian";
  const double sigma = scale_of(point);
  const double predicted =
      1 / (sigma * sigma * (5 + (setting.dimension - 1) * setting.sums.h1 / setting.sums.h0));
  const double tolerance = product_tolerance(setting, predicted_limit(setting), run.largest_gradient_norm);
  return {predicted,
          measured[0],
          tolerance,
          {population_margin(setting), diagonal_start_margin(setting), gaussian ? 1.0 : -1.0},
          {agreement_margin(measured[0], predicted, tolerance)},
          predicted};
}

}  // namespace

const Theorem& mesa_gaussian() {
  static const Theorem theorem = {
      "mesa.gaussian",
      "Limit for Gaussian initial tokens",
      "For v ~ N(0, sigma^2 I) and a diagonal start the flow converges to the step size below, which tends "
      "to 1/(5 sigma^2), "
      "not to 1/sigma^2, as T grows: the trained model does not recover the sequence.",
      "a* b* = 1 / ( sigma^2 (5 + (d-1) H1/(T-2)) )",
      "after Zheng et al. 2024 (arXiv 2405.16845), Proposition 4.1 and Theorem 4.1 for the Gaussian law",
      Standing::paper,
      {population_condition(),
       diagonal_start_condition(),
       {"gaussian law", "v ~ N(0, sigma^2 I). Margin 1 or -1"}},
      {{"product", "|ab - prediction| <= tolerance. Margin 1 - |ab - prediction| / tolerance"}},
      {{"product", "1", "ab = mean_j A_jj B_jj at the end"}},
      "the gradient at which the flow stops, as for mesa.limit",
      is_linear_attention,
      measure,
      judge_gaussian};
  return theorem;
}

}  // namespace flowsweep::theory

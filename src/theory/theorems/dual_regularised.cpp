#include <cmath>

#include "theory/dual_statement.hpp"

namespace flowsweep::theory {
namespace {

double regularised_margin(const sweep::Point& point) {
  const double alpha = point.real("alpha");
  return alpha == 0 ? -1 : std::abs(alpha);
}

std::vector<double> measure(const Run& run) {
  model::Modifications without = attention_setting(run.point).shape.modifications;
  without.alpha = 0;
  return measure_modification(run, without);
}

Findings judge_regularised(const sweep::Point& point, const record::RunRecord& /*run*/,
                           std::span<const double> measured) {
  return equivalence_findings(measured,
                              {one_layer_margin(point), regularised_margin(point), seen_margin(measured)});
}

std::vector<record::Quantity> measurements() {
  std::vector<record::Quantity> all = equivalence_measurements();
  all.push_back(unmodified_measurement());
  return all;
}

}  // namespace

const Theorem& dual_regularised() {
  static const Theorem theorem = {
      "dual.regularised",
      "A regularised dual loss shortens the values of query tokens",
      "With (alpha / (2 eta)) ||W||_F^2 added to the dual loss, the same step gives attention in which the "
      "values of "
      "the query tokens count 1 - alpha times, the softmax unchanged. Other modifications may be on as well.",
      "h' = W_V [X_D, (1 - alpha) X_T] softmax((W_K X)^T W_Q x' / sqrt(d_o))",
      "derived (docs/theory/dual.md; the modification is suggested by Ren & Liu 2024)",
      Standing::derived,
      {one_layer_condition(), {"regularised", "alpha is not 0. Margin |alpha|, or -1"}, seen_condition()},
      equivalence_conclusions(),
      measurements(),
      equivalence_tolerance_source,
      is_bare_attention,
      measure,
      judge_regularised};
  return theorem;
}

}  // namespace flowsweep::theory

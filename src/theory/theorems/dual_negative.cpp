#include <cmath>

#include "theory/dual_statement.hpp"

namespace flowsweep::theory {
namespace {

double negative_margin(const sweep::Point& point) {
  const double beta = point.real("beta");
  return beta == 0 ? -1 : std::abs(beta);
}

std::vector<double> measure(const Run& run) {
  model::Modifications without = attention_setting(run.point).shape.modifications;
  without.beta = 0;
  return measure_modification(run, without);
}

Findings judge_negative(const sweep::Point& point, const record::RunRecord& /*run*/,
                        std::span<const double> measured) {
  return equivalence_findings(measured,
                              {one_layer_margin(point), negative_margin(point), seen_margin(measured)});
}

std::vector<record::Quantity> measurements() {
  std::vector<record::Quantity> all = equivalence_measurements();
  all.push_back(unmodified_measurement());
  return all;
}

}  // namespace

const Theorem& dual_negative() {
  static const Theorem theorem = {
      "dual.negative",
      "Negative samples are changed targets of the dual model",
      "With targets v_i - (beta / |N(i)|) sum_{j in N(i)} v_j in the dual loss, the same step gives "
      "attention with "
      "these values of the demonstrations, whatever the sets N(i); those of the forward pass are taken. "
      "Other "
      "modifications may be on as well.",
      "h' = sum_{i <= N} a_i (v_i - beta / |N(i)| sum_{j in N(i)} v_j) + sum_{j <= T} a'_j v'_j",
      "derived (docs/theory/dual.md; the modification is suggested by Ren & Liu 2024)",
      Standing::derived,
      {one_layer_condition(), {"negative samples", "beta is not 0. Margin |beta|, or -1"}, seen_condition()},
      equivalence_conclusions(),
      measurements(),
      equivalence_tolerance_source,
      is_bare_attention,
      measure,
      judge_negative};
  return theorem;
}

}  // namespace flowsweep::theory

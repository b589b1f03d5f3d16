#include <cmath>

#include "theory/dual_statement.hpp"

namespace flowsweep::theory {
namespace {

double augmented_margin(const sweep::Point& point) {
  const bool plain = point.name("key_map") == "identity" && point.name("value_map") == "identity";
  return plain ? -1 : 1;
}

std::vector<double> measure(const Run& run) {
  model::Modifications without = attention_setting(run.point).shape.modifications;
  without.key_map = without.value_map = model::TokenMap::identity;
  return measure_modification(run, without);
}

Findings judge_augmented(const sweep::Point& point, const record::RunRecord& /*run*/,
                         std::span<const double> measured) {
  return equivalence_findings(measured,
                              {one_layer_margin(point), augmented_margin(point), seen_margin(measured)});
}

std::vector<record::Quantity> measurements() {
  std::vector<record::Quantity> all = equivalence_measurements();
  all.push_back(unmodified_measurement());
  return all;
}

}  // namespace

const Theorem& dual_augmented() {
  static const Theorem theorem = {
      "dual.augmented",
      "Maps of keys and values are maps of the dual model's training pairs",
      "With keys g2(W_K x) and values g1(W_V x) in the dual loss, in D and in W_0, the same step gives "
      "attention with "
      "these keys and values; neither map need be linear. Other modifications may be on as well.",
      "h' = g1(W_V X) softmax(g2(W_K X)^T W_Q x' / sqrt(d_o))",
      "derived (docs/theory/dual.md; the modification is suggested by Ren & Liu 2024)",
      Standing::derived,
      {one_layer_condition(), {"augmented", "a map is not the identity. Margin 1 or -1"}, seen_condition()},
      equivalence_conclusions(),
      measurements(),
      equivalence_tolerance_source,
      is_bare_attention,
      measure,
      judge_augmented};
  return theorem;
}

}  // namespace flowsweep::theory

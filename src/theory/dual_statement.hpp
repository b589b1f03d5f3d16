#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "theory/attention_check.hpp"
#include "theory/theorem.hpp"

namespace flowsweep::theory {

// What the theorems on dual models share: measurements of an equivalence at the end of the flow and at its
// records, its two conclusions, and hypotheses.

/// Columns of the trajectory of softmax attention on prompts (experiment/softmax_attention_observer.hpp).
enum class AttentionColumn : std::size_t { dual_error = 7, dual_tolerance = 8 };

/// Whether the point is about attention layers on prompts without a feed-forward part.
bool is_bare_attention(const sweep::Point& point);
/// Whether the point is about a Transformer layer on prompts.
bool is_transformer_layer(const sweep::Point& point);

/// The first measurements of each of these theorems.
enum EquivalenceMeasurement { dual_error, tolerance, flow_error, flow_use };
std::vector<record::Quantity> equivalence_measurements();
std::vector<double> measure_equivalence(const Run& run);

/// "at the end" and "along the flow".
std::vector<Condition> equivalence_conclusions();
std::vector<double> equivalence_margins(std::span<const double> measured);

/// Findings about every state of the flow: a run that did not finish can violate them.
Findings equivalence_findings(std::span<const double> measured, std::vector<double> hypothesis_margins);

/// The text "where the tolerance comes from".
extern const char* const equivalence_tolerance_source;

Condition one_layer_condition();
double one_layer_margin(const sweep::Point& point);  ///< 1 for one layer, else 1 - L

/// That a modification is seen: the dual of attention without it misses the output.
Condition seen_condition();
record::Quantity unmodified_measurement();
/// measure_equivalence() and the largest relative distance, over the check prompts, of the output of one
/// layer from what the unaltered dual of attention with modifications `without` predicts. Maps may only be
/// replaced by the identity, both at once.
std::vector<double> measure_modification(const Run& run, const model::Modifications& without);
double seen_margin(std::span<const double> measured);  ///< (distance / tolerance) / 10 - 1

}  // namespace flowsweep::theory

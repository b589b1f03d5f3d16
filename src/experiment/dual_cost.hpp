#pragma once
#include "sweep/grid.hpp"
#include "theory/attention_setting.hpp"

namespace flowsweep::experiment {

/// Seconds, on one core, of one comparison of a point's check prompts with their dual models: what every
/// record takes (docs/decisions/cost-model.md).
double dual_check_seconds(const sweep::Point& point, const theory::AttentionSetting& setting);

/// Seconds of the theorems on dual models at the end of the flow, all of them asked for: as many comparisons,
/// and for one layer the one-token steps.
double dual_theorem_seconds(const sweep::Point& point, const theory::AttentionSetting& setting);

}  // namespace flowsweep::experiment

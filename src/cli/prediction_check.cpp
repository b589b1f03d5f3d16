#include "cli/prediction_check.hpp"

#include <fmt/format.h>

#include "cli/progress.hpp"
#include "core/hash.hpp"
#include "experiment/cost.hpp"

namespace flowsweep::cli {

void PredictionCheck::add(const sweep::Point& point, const record::RunRecord& run,
                          std::span<const theory::Theorem* const> theorems) {
  if (run.wall_seconds > 0) add(point.id(), experiment::predicted_seconds(point, theorems), run.wall_seconds);
}

void PredictionCheck::add(std::uint64_t id, double predicted, double taken) {
  ++points_;
  predicted_ += predicted;
  taken_ += taken;
  const double ratio = taken / predicted;
  if (ratio > tolerated) ++slow_;
  if (ratio <= worst_ratio_) return;
  worst_ratio_ = ratio;
  worst_id_ = id;
}

std::string PredictionCheck::in_words() const {
  if (points_ == 0) return "";
  return fmt::format(
      "points took {} in sum, predicted {} on an idle core; {} over {:g} times their prediction, most {:.2g} "
      "times at "
      "{}",
      duration_text(taken_), duration_text(predicted_), slow_, tolerated, worst_ratio_, to_hex(worst_id_));
}

}  // namespace flowsweep::cli

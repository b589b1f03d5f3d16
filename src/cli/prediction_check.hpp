#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "record/record.hpp"
#include "sweep/grid.hpp"
#include "theory/theorem.hpp"

namespace flowsweep::cli {

/// The wall times that the points of a store took against those that the cost model says (`plan` shows the
/// latter).
class PredictionCheck {
 public:
  /// A point that took longer than this many times its prediction is counted.
  static constexpr double tolerated = 2;

  /// A row with its run and the theorems that were measured; without a run that took time it changes nothing.
  void add(const sweep::Point& point, const record::RunRecord& run,
           std::span<const theory::Theorem* const> theorems);
  void add(std::uint64_t id, double predicted, double taken);  ///< seconds

  /// "points took 54.0 s in sum, predicted 53.0 s on an idle core; 12 over 2 times their prediction, most 3.1
  /// times at ID"; empty if no point was added.
  std::string in_words() const;

 private:
  double predicted_ = 0, taken_ = 0;
  std::size_t points_ = 0, slow_ = 0;
  double worst_ratio_ = 0;
  std::uint64_t worst_id_ = 0;
};

}  // namespace flowsweep::cli

#pragma once
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace flowsweep::schedule {

/// Largest number of rows in one chunk: a chunk message (8 bytes a row, header 8) stays below 2 KB.
inline constexpr std::size_t chunk_limit = 250;

/// A rank asks for its next chunk when the work it holds is expected to last this long (seconds): longer than
/// a round trip with both sides asleep between two polls, short enough that what waits behind a running point
/// hardly unbalances the end of the run.
inline constexpr double prefetch_lead = 10e-3;

/// Whether a rank should ask for more: `waiting` rows of a recent mean duration `row_seconds`, and the rest
/// of the one that has run for `running_seconds`, are expected to be done within prefetch_lead, and at most a
/// chunk waits (else one rank would take all of a sweep of tiny points).
bool prefetch_due(double row_seconds, std::size_t waiting, double running_seconds);

/// A row of the store and the predicted cost (seconds) of the point it belongs to.
struct CostedRow {
  std::size_t row = 0;
  double cost = 0;
};

/// The cost the policy plans with: `predicted` limited to [1e-9, 1e12] seconds, so that sums stay finite and
/// positive. NaN counts as the largest: a point of unknown cost is safest started first.
double planning_cost(double predicted);

inline constexpr double no_limit = std::numeric_limits<double>::infinity();

/// Which rows may go out, by their predicted cost (seconds).
struct CostLimits {
  double limit = no_limit;   ///< of a chunk
  double beyond = no_limit;  ///< a row that costs more is admitted nevertheless, alone

  bool admit(const CostedRow& row) const { return row.cost <= limit || row.cost > beyond; }
};

/// The scheduling policy: pure, no MPI, no clock. Hands out rows, longest predicted cost first (equal costs
/// in the order given), in chunks whose predicted cost is at most remaining cost / (4 x ranks), single rows
/// when that is less than the next row's cost (guided self-scheduling, Polychronopoulos and Kuck 1987,
/// weighted by cost).
///
/// With a limit on the predicted cost of a chunk, rows above it are skipped for smaller ones; they come back
/// when nothing else is left and the limit allows them. Rows above a second, larger cost are not skipped, but
/// go out alone: they end within no limit, and are done in parts.
///
/// Suspects, rows that may take their rank down, are kept apart and handed out one at a time.
///
/// Its answers depend on the calls made and their order only, not on which rank asks: the number of chunks of
/// a sweep is a constant.
class Policy {
 public:
  /// `rows` and their predicted `costs` (seconds), same length; `ranks` >= 1 is the number of computing
  /// ranks. Throws std::invalid_argument otherwise.
  Policy(std::span<const std::size_t> rows, std::span<const double> costs, int ranks);

  /// Rows of together at most limits.limit predicted seconds, or one beyond; 1 to chunk_limit; none when
  /// nothing is left that the limits admit. O(its size + rows newly skipped); O(rows left) when skipped rows
  /// come back.
  std::vector<CostedRow> next_chunk(CostLimits limits = {});
  /// One suspect that the limits admit, or none: in the order of their coming.
  std::vector<CostedRow> next_suspect(CostLimits limits = {});
  void requeue(
      std::span<const CostedRow> rows);  ///< puts a lost worker's rows back, at the front. O(rows left)
  void suspect(const CostedRow& row) { suspects_.push_back(row); }

  bool empty() const { return next_ == order_.size() && skipped_.empty(); }  ///< but for suspects
  std::size_t suspects() const { return suspects_.size(); }                  ///< not handed out
  /// Seconds, of the rows not handed out, without suspects and skipped ones.
  double remaining_cost() const { return cost_from_[next_]; }

 private:
  void skip(const CostLimits& limits);
  void bring_back(const CostLimits& limits);
  void sum_costs();

  std::vector<CostedRow> order_;
  std::vector<double> cost_from_;  ///< [i]: cost of order_[i] and all after it; one longer than order_
  std::size_t next_ = 0;
  std::vector<CostedRow> skipped_;
  double smallest_skipped_ = no_limit;
  std::vector<CostedRow> suspects_;
  int ranks_;
};

}  // namespace flowsweep::schedule

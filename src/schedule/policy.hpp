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

/// The scheduling policy: pure, no MPI, no clock. Hands out rows, longest predicted cost first (equal costs
/// in the order given), in chunks whose predicted cost is at most remaining cost / (4 x ranks), single rows
/// when that is less than the next row's cost (guided self-scheduling, Polychronopoulos and Kuck 1987,
/// weighted by cost).
///
/// With a limit on the predicted cost of a chunk, rows above it are skipped for smaller ones; they come back
/// when nothing else is left and the limit allows them.
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

  static constexpr double no_limit = std::numeric_limits<double>::infinity();

  /// Rows of together at most `limit` predicted seconds, 1 to chunk_limit; none when nothing is left that
  /// fits. O(its size + rows newly skipped); O(rows left) when skipped rows come back.
  std::vector<CostedRow> next_chunk(double limit = no_limit);
  /// One suspect of at most `limit` predicted seconds, or none: in the order of their coming.
  std::vector<CostedRow> next_suspect(double limit = no_limit);
  void requeue(
      std::span<const CostedRow> rows);  ///< puts a lost worker's rows back, at the front. O(rows left)
  void suspect(const CostedRow& row) { suspects_.push_back(row); }

  bool empty() const { return next_ == order_.size() && skipped_.empty(); }  ///< but for suspects
  std::size_t suspects() const { return suspects_.size(); }                  ///< not handed out
  /// Seconds, of the rows not handed out, without suspects and skipped ones.
  double remaining_cost() const { return cost_from_[next_]; }

 private:
  void skip_above(double limit);
  void bring_back(double limit);
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

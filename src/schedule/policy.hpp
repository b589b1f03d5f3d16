#pragma once
#include <cstddef>
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
/// Its answers depend on the calls made and their order only, not on which rank asks: the number of chunks of
/// a sweep is a constant.
class Policy {
 public:
  /// `rows` and their predicted `costs` (seconds), same length; `ranks` >= 1 is the number of computing
  /// ranks. Throws std::invalid_argument otherwise.
  Policy(std::span<const std::size_t> rows, std::span<const double> costs, int ranks);

  std::vector<CostedRow> next_chunk();  ///< 1 to chunk_limit rows; empty when nothing is left. O(its size)
  void requeue(
      std::span<const CostedRow> rows);  ///< puts a lost worker's rows back, at the front. O(rows left)
  bool empty() const { return next_ == order_.size(); }
  double remaining_cost() const { return cost_from_[next_]; }  ///< seconds, of the rows not handed out

 private:
  void sum_costs();

  std::vector<CostedRow> order_;
  std::vector<double> cost_from_;  ///< [i]: cost of order_[i] and all after it; one longer than order_
  std::size_t next_ = 0;
  int ranks_;
};

}  // namespace flowsweep::schedule

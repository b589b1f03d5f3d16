#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace flowsweep::schedule {

/// Largest number of points in one chunk: a chunk message (8 bytes a row, header 16) stays below 2 KB.
inline constexpr std::size_t chunk_limit = 250;

/// The scheduling policy: pure, no MPI, no clock. Hands out rows, longest predicted cost first, in chunks whose predicted
/// cost is at most remaining cost / (4 x ranks), single points when that is less than one point's cost.
class Policy {
 public:
  /// `rows` and their predicted `costs` (seconds, > 0), same length; `ranks` >= 1 is the number of computing ranks.
  Policy(std::span<const std::size_t> rows, std::span<const double> costs, int ranks);

  std::vector<std::size_t> next_chunk();         ///< empty when nothing is left
  void requeue(std::span<const std::size_t> rows);  ///< puts rows of a lost worker back, at the front
  bool empty() const;
  double remaining_cost() const;

 private:
  std::vector<std::size_t> rows_;
  std::vector<double> costs_;
  std::vector<double> remaining_;
  std::size_t next_ = 0;
  std::vector<std::pair<std::size_t, double>> requeued_;
  int ranks_;
};

}  // namespace flowsweep::schedule

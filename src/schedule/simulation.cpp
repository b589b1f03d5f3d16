#include "schedule/simulation.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>
#include <vector>

#include "schedule/policy.hpp"

namespace flowsweep::schedule {
namespace {

std::vector<std::size_t> row_numbers(std::size_t count) {
  std::vector<std::size_t> rows(count);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

/// The simulated machine; all times in seconds since launch.
class Machine {
 public:
  Machine(std::span<const double> costs, int ranks, const DispatchCosts& dispatch)
      : policy_(row_numbers(costs.size()), costs, ranks),
        total_cost_(policy_.remaining_cost()),
        dispatch_(dispatch),
        finish_(static_cast<std::size_t>(ranks), dispatch.start_seconds),
        controller_free_(dispatch.start_seconds) {
    for (int rank = 0; rank < ranks; ++rank) ask(rank, dispatch.start_seconds);
  }

  Prediction run() {
    while (!policy_.empty()) {
      const auto [arrival, rank] = requests_.top();
      requests_.pop();
      serve(rank, arrival);
    }
    return prediction();
  }

 private:
  using Request = std::pair<double, int>;  ///< time of arrival at rank 0, asking rank

  double one_way(int rank) const { return rank == 0 ? 0.0 : dispatch_.latency_seconds / 2; }

  void ask(int rank, double time) { requests_.emplace(time + one_way(rank), rank); }

  void serve(int rank, double arrival) {
    controller_free_ = std::max(controller_free_, arrival) + (rank == 0 ? 0.0 : dispatch_.dispatch_seconds);
    const double received = controller_free_ + one_way(rank);
    double& finish = finish_[static_cast<std::size_t>(rank)];
    finish = std::max(finish, received);
    for (const CostedRow& point : policy_.next_chunk()) finish += point.cost + dispatch_.commit_seconds;
    ++chunks_;
    ask(rank, std::max(received, finish - prefetch_lead));
  }

  Prediction prediction() const {
    const auto [first, last] = std::ranges::minmax(finish_);
    const double capacity = last * static_cast<double>(finish_.size());
    return {last, capacity > 0 ? total_cost_ / capacity : 1.0, last - first, chunks_};
  }

  Policy policy_;
  double total_cost_;
  DispatchCosts dispatch_;
  std::vector<double> finish_;  ///< [rank]: when its last point so far ends
  double controller_free_;
  std::size_t chunks_ = 0;
  std::priority_queue<Request, std::vector<Request>, std::greater<>> requests_;
};

}  // namespace

Prediction simulate(std::span<const double> costs, int ranks, const DispatchCosts& dispatch) {
  return Machine(costs, ranks, dispatch).run();
}

}  // namespace flowsweep::schedule

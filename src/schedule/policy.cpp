#include "schedule/policy.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace flowsweep::schedule {
namespace {

constexpr double smallest_cost = 1e-9;
constexpr double largest_cost = 1e12;

/// A rank's share of the remaining cost is handed out in this many parts, to leave room for wrong
/// predictions.
constexpr double parts_per_rank = 4;

void sort_longest_first(std::vector<CostedRow>& rows) {
  std::ranges::stable_sort(rows, std::ranges::greater{}, &CostedRow::cost);
}

}  // namespace

double planning_cost(double predicted) {
  return std::isnan(predicted) ? largest_cost : std::clamp(predicted, smallest_cost, largest_cost);
}

bool prefetch_due(double row_seconds, std::size_t waiting, double running_seconds) {
  const double left =
      row_seconds * static_cast<double>(waiting) + std::max(0.0, row_seconds - running_seconds);
  return waiting <= chunk_limit && left <= prefetch_lead;
}

Policy::Policy(std::span<const std::size_t> rows, std::span<const double> costs, int ranks) : ranks_(ranks) {
  if (rows.size() != costs.size())
    throw std::invalid_argument("schedule::Policy: rows and costs differ in length");
  if (ranks < 1) throw std::invalid_argument("schedule::Policy: ranks < 1");
  order_.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) order_.push_back({rows[i], planning_cost(costs[i])});
  sort_longest_first(order_);
  sum_costs();
}

std::vector<CostedRow> Policy::next_chunk(CostLimits limits) {
  skip(limits);
  if (next_ == order_.size()) bring_back(limits);
  if (next_ == order_.size()) return {};
  const double share = std::min(limits.limit, remaining_cost() / (parts_per_rank * ranks_));
  const std::size_t longest = std::min(order_.size(), next_ + chunk_limit);
  double cost = order_[next_].cost;
  std::size_t end = next_ + 1;
  while (end < longest && cost + order_[end].cost <= share) cost += order_[end++].cost;
  const auto first = order_.begin();
  std::vector<CostedRow> chunk(first + next_, first + end);
  next_ = end;
  return chunk;
}

std::vector<CostedRow> Policy::next_suspect(CostLimits limits) {
  const auto found = std::ranges::find_if(suspects_, [&](const CostedRow& row) { return limits.admit(row); });
  if (found == suspects_.end()) return {};
  const CostedRow row = *found;
  suspects_.erase(found);
  return {row};
}

void Policy::skip(const CostLimits& limits) {
  for (; next_ < order_.size() && !limits.admit(order_[next_]); ++next_) {
    skipped_.push_back(order_[next_]);
    smallest_skipped_ = std::min(smallest_skipped_, order_[next_].cost);
  }
}

void Policy::bring_back(const CostLimits& limits) {
  if (smallest_skipped_ > limits.limit) return;
  order_ = std::exchange(skipped_, {});
  sort_longest_first(order_);
  next_ = 0;
  sum_costs();
  smallest_skipped_ = no_limit;
  skip(limits);
}

void Policy::requeue(std::span<const CostedRow> rows) {
  std::vector<CostedRow> front(rows.begin(), rows.end());
  sort_longest_first(front);
  front.insert(front.end(), order_.begin() + next_, order_.end());
  order_ = std::move(front);
  next_ = 0;
  sum_costs();
}

// From the back, so that the sum of the cheap rows at the end is not lost in rounding.
void Policy::sum_costs() {
  cost_from_.assign(order_.size() + 1, 0.0);
  for (std::size_t i = order_.size(); i-- > 0;) cost_from_[i] = cost_from_[i + 1] + order_[i].cost;
}

}  // namespace flowsweep::schedule

#include "schedule/ledger.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace flowsweep::schedule {
namespace {

/// The weight, in predicted seconds, of the belief that predictions are right: a first row of a millisecond
/// must not decide about rows of hours.
constexpr double prior_seconds = 0.1;

std::map<std::size_t, int> by_row(const Preparation& plan) {
  return {plan.deaths.begin(), plan.deaths.end()};
}

Policy policy_of(const Preparation& plan, int ranks) {
  if (plan.rows.size() != plan.costs.size())
    throw std::invalid_argument("schedule::Ledger: rows and costs differ in length");
  const std::map<std::size_t, int> deaths = by_row(plan);
  if (deaths.empty()) return {plan.rows, plan.costs, ranks};
  std::vector<std::size_t> rows;
  std::vector<double> costs;
  std::vector<CostedRow> suspects;
  rows.reserve(plan.rows.size());
  costs.reserve(plan.rows.size());
  for (std::size_t i = 0; i < plan.rows.size(); ++i) {
    if (deaths.contains(plan.rows[i])) {
      suspects.push_back({plan.rows[i], planning_cost(plan.costs[i])});
      continue;
    }
    rows.push_back(plan.rows[i]);
    costs.push_back(plan.costs[i]);
  }
  Policy policy(rows, costs, ranks);
  for (const CostedRow& row : suspects) policy.suspect(row);
  return policy;
}

}  // namespace

Ledger::Ledger(const Preparation& plan, int ranks)
    : policy_(policy_of(plan, ranks)), accounts_(static_cast<std::size_t>(ranks)), deaths_(by_row(plan)) {
  progress_.total = plan.rows.size();
  for (const double cost : plan.costs) progress_.total_cost += planning_cost(cost);
}

std::vector<std::size_t> Ledger::assign(int rank, CostLimits limits) {
  const bool alone = accounts_.size() == 1;
  std::vector<CostedRow> chunk;
  if (rank != 0) chunk = policy_.next_suspect(limits);
  if (chunk.empty()) chunk = policy_.next_chunk(limits);
  if (chunk.empty() && alone) chunk = policy_.next_suspect(limits);
  Account& account = accounts_[static_cast<std::size_t>(rank)];
  account.given.insert(account.given.end(), chunk.begin(), chunk.end());
  outstanding_ += chunk.size();
  std::vector<std::size_t> rows;
  rows.reserve(chunk.size());
  for (const CostedRow& row : chunk) rows.push_back(row.row);
  return rows;
}

std::vector<std::size_t> Ledger::confirm(int rank, std::uint64_t done, double busy_seconds) {
  Account& account = accounts_[static_cast<std::size_t>(rank)];
  if (done <= account.forgotten + account.done || done > account.forgotten + account.given.size()) return {};
  std::vector<std::size_t> cleared;
  for (; account.forgotten + account.done < done; ++account.done) {
    const CostedRow& row = account.given[account.done];
    count(row, 1);
    busy_cost_ += row.cost;
    --outstanding_;
    if (!deaths_.empty() && deaths_.erase(row.row) > 0) cleared.push_back(row.row);
  }
  busy_seconds_ += busy_seconds - account.busy_seconds;
  account.busy_seconds = busy_seconds;
  forget_old(account);
  return cleared;
}

void Ledger::forget_old(Account& account) {
  if (account.done < 4 * remembered_rows) return;
  const std::size_t old = account.done - remembered_rows;
  account.given.erase(account.given.begin(), account.given.begin() + static_cast<std::ptrdiff_t>(old));
  account.forgotten += old;
  account.done -= old;
}

void Ledger::count(const CostedRow& row, int sign) {
  progress_.done += static_cast<std::size_t>(sign);  // modulo 2^64
  progress_.done_cost += sign * row.cost;
}

/// Takes what was reported done and is not committed back to the count, newest first.
void Ledger::reopen_unsaved(Account& account, const Committed& committed) {
  while (account.done > 0 && !committed(account.given[account.done - 1].row)) {
    count(account.given[--account.done], -1);
    ++outstanding_;
  }
}

Ledger::Loss Ledger::lose(int rank, bool at_work, const Committed& committed) {
  Account account = std::exchange(accounts_[static_cast<std::size_t>(rank)], {});
  const std::size_t reported = account.done;
  reopen_unsaved(account, committed);
  outstanding_ -= account.given.size() - account.done;
  Loss loss;
  std::vector<CostedRow> open;
  for (std::size_t i = account.done; i < account.given.size(); ++i) {
    const CostedRow& row = account.given[i];
    if (committed(row.row)) {
      count(row, 1);
      if (deaths_.erase(row.row) > 0) loss.cleared.push_back(row.row);
    } else if (at_work && i >= reported && !loss.suspect) {
      loss.suspect = blame(row);
    } else {
      open.push_back(row);
    }
  }
  loss.requeued = open.size();
  requeue(open);
  return loss;
}

void Ledger::requeue(const std::vector<CostedRow>& rows) {
  std::vector<CostedRow> innocent;
  for (const CostedRow& row : rows) {
    if (deaths_.contains(row.row))
      policy_.suspect(row);
    else
      innocent.push_back(row);
  }
  policy_.requeue(innocent);
}

Ledger::Suspect Ledger::blame(const CostedRow& row) {
  const Suspect suspect{row.row, ++deaths_[row.row]};
  if (suspect.deaths < death_limit) {
    policy_.suspect(row);
    return suspect;
  }
  count(row, 1);
  deaths_.erase(row.row);
  return suspect;
}

double Ledger::calibration() const {
  return (prior_seconds + busy_seconds_) / (prior_seconds + busy_cost_);
}

}  // namespace flowsweep::schedule

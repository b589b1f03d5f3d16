#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "schedule/policy.hpp"
#include "schedule/run.hpp"

namespace flowsweep::schedule {

/// Rows that a rank has reported done and that may still wait in its memory to be made durable: more than any
/// writer's batch.
inline constexpr std::size_t remembered_rows = 1024;

/// Who was given which rows, what of it is done, and what a dead rank leaves behind. No MPI, no clock.
class Ledger {
 public:
  using Committed = std::function<bool(std::size_t row)>;

  /// The row that a dead rank was at.
  struct Suspect {
    std::size_t row = 0;
    int deaths = 0;  ///< workers it has taken down; at death_limit it counts as done: set aside
  };
  /// What a dead rank leaves behind.
  struct Loss {
    std::optional<Suspect> suspect;
    std::vector<std::size_t> cleared;  ///< former suspects that it had committed
    std::size_t requeued = 0;          ///< other rows, to be run again
  };

  /// `ranks` >= 1. Throws std::invalid_argument as Policy does.
  Ledger(const Preparation& plan, int ranks);

  /// The next rows for a rank that the limits admit; none if there are none for it. Suspects
  /// go to workers first, one at a time, and never to rank 0 of several: a lone process takes them last.
  std::vector<std::size_t> assign(int rank, CostLimits limits);

  /// The rank has now done `done` rows, in the order given, in `busy_seconds`. Returns the suspects among the
  /// new ones: they are none any more. Numbers that run backwards or beyond what was given are ignored.
  std::vector<std::size_t> confirm(int rank, std::uint64_t done, double busy_seconds);

  /// The rank is dead: what it has not committed goes back to the policy. If it was `at_work`, the first row
  /// without a commit after those reported done is the one that ran, and becomes a suspect.
  ///
  /// A rank commits in order, but rows it reported done may have waited in its memory to be made durable
  /// together: `committed` is asked backwards from the last one reported until it says yes.
  Loss lose(int rank, bool at_work, const Committed& committed);

  bool complete() const { return progress_.done == progress_.total; }
  std::size_t outstanding() const { return outstanding_; }  ///< rows handed out and not reported done
  bool exhausted() const { return policy_.empty() && policy_.suspects() == 0; }  ///< all handed out
  std::size_t suspects() const { return policy_.suspects(); }                    ///< not handed out
  const Progress& progress() const { return progress_; }                         ///< but for the time
  /// Measured seconds per predicted second, over the rows done; 1 at first.
  double calibration() const;

 private:
  /// One computing rank.
  struct Account {
    std::size_t forgotten = 0;     ///< rows given and done long ago
    std::vector<CostedRow> given;  ///< since, in order
    std::size_t done = 0;          ///< the first of them
    double busy_seconds = 0;
  };

  void count(const CostedRow& row, int sign);
  static void forget_old(Account& account);
  void reopen_unsaved(Account& account, const Committed& committed);
  Suspect blame(const CostedRow& row);
  void requeue(const std::vector<CostedRow>& rows);

  Policy policy_;
  std::vector<Account> accounts_;      ///< [rank]
  std::map<std::size_t, int> deaths_;  ///< of suspects that are not done
  Progress progress_;
  std::size_t outstanding_ = 0;
  double busy_seconds_ = 0, busy_cost_ = 0;  ///< measured and predicted, of the rows done
};

}  // namespace flowsweep::schedule

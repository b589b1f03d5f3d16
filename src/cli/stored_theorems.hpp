#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "record/record.hpp"
#include "store/store.hpp"
#include "sweep/grid.hpp"
#include "theory/theorem.hpp"

namespace flowsweep::cli {

using Theorems = std::vector<const theory::Theorem*>;

/// What a theorem stores.
store::TheoremColumns columns_of(const theory::Theorem& theorem);

/// The sweep's theorems in the registry's order; those named only, if any are named. Throws InputError for a
/// name that the sweep does not list, with the nearest one that it does.
Theorems wanted_theorems(const sweep::Sweep& sweep, std::span<const std::string> named);

/// The theorems of a store, in its order. Throws InputError if this program does not know one.
Theorems theorems_of(const store::Schema& schema, const std::string& path);

/// Both lists together, in the registry's order: a store never loses a theorem.
Theorems united(const Theorems& wanted, const Theorems& stored);

/// Whether the store holds this theorem with the measurements and conditions that this program has for it.
bool stores(const store::Schema& schema, const theory::Theorem& theorem);

/// Judges stored runs for theorems that their store did not hold, so that the flow need not be repeated.
class StoredRunJudge {
 public:
  /// `theorems`: the new list, in the order of the records it will be given.
  StoredRunJudge(const Theorems& theorems, const store::Schema& old_schema);

  /// Whether every theorem can be measured from what is stored: some stored theorem must have kept the
  /// largest gradient norm of each flow.
  bool possible() const { return norm_.has_value(); }

  /// Measures and judges the lacking theorems (indices into the list) in place. The bits are those of a fresh
  /// run.
  void judge(const sweep::Point& point, record::RunRecord& run, std::span<const std::size_t> lacking) const;

 private:
  struct Place {
    std::size_t theorem, measurement;
  };
  const Theorems theorems_;
  std::optional<Place> norm_;  ///< where the largest gradient norm stands
};

}  // namespace flowsweep::cli

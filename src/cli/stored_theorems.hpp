#pragma once
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

/// Measures and judges the lacking theorems (indices into `theorems`, the order of the record) on a stored
/// run, so that its flow need not be repeated. The bits are those of a fresh run; one that failed has nothing
/// to measure and is judged only.
void judge_stored_run(const Theorems& theorems, const sweep::Point& point, record::RunRecord& run,
                      std::span<const std::size_t> lacking);

}  // namespace flowsweep::cli

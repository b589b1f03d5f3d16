#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/stored_theorems.hpp"
#include "core/instruction_set.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::cli {

/// What a run asks of its store.
struct StoreRequest {
  std::string path;
  Theorems theorems;                       ///< wanted
  InstructionSet lowest;                   ///< the lowest that the job's machines offer
  std::optional<InstructionSet> demanded;  ///< --instruction-set
  std::string command_line;
};

/// A store whose rows are the sweep's grid points, in their order.
struct PreparedStore {
  Theorems theorems;  ///< in the order of the store's schema
  InstructionSet instruction_set;
  bool empty = false;              ///< no row is committed
  std::vector<std::string> notes;  ///< what was done and found, for the user
};

/// The schema of a sweep's store.
store::Schema schema_of(const sweep::Grid& grid, const Theorems& theorems);

/// Throws InputError if the store cannot become the sweep's: it was made by another kernel version, or holds
/// finished points that the sweep does not have (then the message lists the keys that differ).
void check_continues(store::Reader& reader, const sweep::Sweep& sweep, const std::string& path);

/// Creates the store, or makes an existing one fit: as it is, or extended by points or theorems, which are
/// judged on the stored runs. Sets the active instruction set. To be called under a WriterLock. Throws
/// InputError, and changes nothing, as check_continues() does, and if the store was made with another
/// instruction set.
PreparedStore prepare_store(const sweep::Sweep& sweep, const StoreRequest& request);

/// Of `rows`, those that have no intact row, and with `retry` those that failed, timed out or were set aside.
/// Adds to the notes what it finds.
std::vector<std::size_t> open_rows(const std::string& path, PreparedStore& prepared,
                                   std::span<const std::size_t> rows, bool retry);

}  // namespace flowsweep::cli

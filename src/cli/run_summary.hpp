#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/prediction_check.hpp"
#include "record/record.hpp"
#include "store/store.hpp"

namespace flowsweep::cli {

/// Verdicts of one theorem over the rows of a store.
struct VerdictCount {
  std::string theorem;
  std::array<std::size_t, record::verdict_names.size()> kinds{};  ///< [VerdictKind]
  double worst_margin = 0;                                        ///< among holds and violated
  std::optional<std::uint64_t> worst_id;
  std::string worst_in_words{};  ///< the worst point's parameters, if it violates the theorem
};

/// What a store holds.
struct StoreCount {
  std::size_t points = 0;
  std::array<std::size_t, record::status_names.size()> statuses{};  ///< [Status]
  std::vector<VerdictCount> theorems;
  PredictionCheck times;

  std::size_t committed() const { return points - statuses[0]; }
};

/// Counts the statuses: cheap.
StoreCount count_statuses(store::Reader& reader);
/// Counts statuses and verdicts, the worst points as verify::examine() finds them, and compares times with
/// their predictions: reads the whole store.
StoreCount count_rows(store::Reader& reader, const std::shared_ptr<const sweep::Vocabulary>& vocabulary);

/// How a run went.
struct RunFacts {
  double seconds = 0;      ///< wall time from the start of the program
  double run_seconds = 0;  ///< of these the points took
  std::size_t done = 0;    ///< points run
  bool stopped = false;    ///< before the end: the same command comes next
  int ranks = 1;
  std::string instruction_set;
  std::string store;
};

/// "380 converged, 20 horizon-reached".
std::string status_counts(const StoreCount& count);
/// The table that closes a run.
std::string run_summary(const StoreCount& count, const RunFacts& facts);

}  // namespace flowsweep::cli

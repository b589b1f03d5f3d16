#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "store/store.hpp"
#include "theory/theorem.hpp"
#include "verify/coverage.hpp"

namespace flowsweep::verify {

/// What to verify, and how to print it.
struct Options {
  std::vector<std::string> where{};     ///< "AXIS=VALUES", all must be met; empty: every point
  std::vector<std::string> theorems{};  ///< names; empty: every theorem of the store
  std::string store = "STORE";          ///< the store's path, for the commands that are printed
  bool json = false;
  bool coverage = false;  ///< also say what the store covers
  /// Weights at flow time 0 of a point, which `measure` needs. If given, every theorem is measured again on
  /// the stored run and judged from these numbers; otherwise it is judged from the stored measurements.
  std::function<std::vector<double>(const sweep::Point&)> start_weights{};
  std::size_t most_listed = 10;  ///< violated, damaged and disagreeing points listed in full, each
};

/// What one theorem says of the selected points.
struct Tally {
  std::string theorem;
  std::string standing;    ///< "paper", "derived" or "observed": theory::Standing
  VerdictCounts counts{};  ///< [VerdictKind], judged rows
  /// Smallest conclusion margin over the tested points (NaN counts as smallest), and where it is.
  double worst_margin = 0;
  std::optional<std::uint64_t> worst_id;
  std::string worst_in_words{};  ///< with Options::coverage: its parameters that are not at their defaults

  std::size_t count(record::VerdictKind kind) const { return counts[static_cast<std::size_t>(kind)]; }
  /// Every judged point has an unmet hypothesis.
  bool vacuous() const;
  /// Points at which the theorem was put to the test: hypotheses met, run finished.
  std::size_t tested() const {
    return count(record::VerdictKind::holds) + count(record::VerdictKind::violated);
  }
};

/// A stored measurement that measuring again does not give.
struct Discrepancy {
  std::string name;
  double stored = 0, again = 0;
};

/// A verdict worth showing: a violation, or a stored verdict or measurement that the stored run does not
/// support.
struct Finding {
  std::uint64_t id = 0;
  std::string theorem;
  record::Verdict judged, stored;
  std::vector<std::string> broken;           ///< names of the conclusions with a negative margin
  std::vector<Discrepancy> discrepancies{};  ///< of the measurements; empty unless measured again
  /// Key and value in sweep-file form of every parameter that the point uses.
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string in_words;  ///< those that are not at their defaults
};

/// The outcome of verifying a store.
struct Report {
  std::size_t points = 0, committed = 0, missing = 0;  ///< selected; damaged rows are in neither
  std::size_t damaged = 0;                             ///< marked as committed, but the checksum disagrees
  std::vector<std::uint64_t> damaged_ids;              ///< the first of them
  std::vector<Tally> tallies;                          ///< in the store's order
  std::size_t violated = 0;                            ///< (point, theorem) pairs
  std::vector<Finding> violations;                     ///< the first of them
  std::size_t disagreeing = 0;                         ///< (point, theorem) pairs
  std::vector<Finding> disagreements;                  ///< the first of them
  /// File of rows, and how many (point, theorem) pairs have a hypothesis that its rows leave open.
  std::map<std::string, std::size_t> undecided;
  std::vector<std::string> unusable;  ///< why theorems or points cannot be judged by this program
  std::optional<Coverage> coverage;   ///< with Options::coverage
  bool same_build = false;            ///< the store was made by this build: compared bit for bit
  std::size_t judged() const;         ///< (point, theorem) pairs judged
  std::size_t tested() const;         ///< of these put to the test
};

/// Judges every committed row again from its stored measurements, with the function that `run` judged it by,
/// and compares with the stored verdict: bit for bit if this build made the store, else the verdict exactly
/// and predicted value, measured value and tolerance to 1e-9 of their size. With Options::start_weights the
/// measurements are first made again from the stored final weights and trajectory, compared by the same rule,
/// and judged; runs that failed or were set aside have nothing to measure. The caller sets the instruction
/// set of the store. Throws InputError for an unknown
/// theorem or condition.
Report examine(store::Reader& reader, const std::shared_ptr<const sweep::Vocabulary>& vocabulary,
               const Options& options);

/// 2 if a row is damaged, a verdict or measurement disagrees with the stored run, or a theorem cannot be
/// judged; else 1 if a theorem is violated; else 0. Missing rows and untested theorems change nothing: the
/// report says them.
ExitCode exit_code(const Report& report);

/// The report as a table and lists.
void print(const Report& report, const Options& options, std::ostream& out);
/// The report as one JSON object. Keys: store, level, points, committed, missing, damaged, damaged_ids,
/// undecided, unusable, theorems, violated, violations, disagreeing, disagreements, exit_code and, with
/// Options::coverage, coverage. Numbers that are not finite are null.
void print_json(const Report& report, const Options& options, std::ostream& out);

/// The subcommand: examine, print to `out`, warn on `err` of another kernel version, first, and of missing
/// and damaged rows.
ExitCode verify(store::Reader& reader, const std::shared_ptr<const sweep::Vocabulary>& vocabulary,
                const Options& options, std::ostream& out, std::ostream& err);

}  // namespace flowsweep::verify

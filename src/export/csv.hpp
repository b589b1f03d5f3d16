#pragma once
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "store/store.hpp"

namespace flowsweep::exporting {

/// What to write.
struct CsvOptions {
  std::vector<std::string> where{};     ///< "AXIS=VALUES", all must be met; empty: every point
  std::vector<std::string> theorems{};  ///< names; empty: every theorem of the store
};

/// What write_csv() wrote.
struct CsvSummary {
  std::size_t lines = 0;    ///< points
  std::size_t missing = 0;  ///< of these without a run
  std::size_t damaged = 0;  ///< of these unreadable, written as not run
};

/// Writes CSV after RFC 4180, lines ending in a line feed: a header, then one line a point in the store's
/// order. Columns: `id` (16 hexadecimal digits), every parameter under its sweep-file key (as
/// `parameter.KEY` if a final observable has that name, like `risk`; empty where the point does not use it),
/// `status`, `flow_time`, `evaluations`, `wall_seconds`, every final observable, and NAME.verdict,
/// NAME.margin, NAME.predicted, NAME.measured for each theorem. Reals have 17 significant digits; those that
/// are not finite are `nan`, `inf`, `-inf`. Pairs and lists are in sweep-file form. A point that has not been
/// run has status `not-run` and empty cells after it. Throws InputError for an unknown theorem or condition,
/// std::runtime_error if `out` fails.
CsvSummary write_csv(store::Reader& reader, const std::shared_ptr<const sweep::Vocabulary>& vocabulary,
                     const CsvOptions& options, std::ostream& out);

/// The same into a file, which appears whole: written under a temporary name beside it, then renamed.
/// Replaces an existing file. Throws InputError if the folder cannot be written, and if `path` is an HDF5
/// file, such as the store itself, or exists and is not a regular file.
CsvSummary write_csv_file(store::Reader& reader, const std::shared_ptr<const sweep::Vocabulary>& vocabulary,
                          const CsvOptions& options, const std::string& path);

}  // namespace flowsweep::exporting

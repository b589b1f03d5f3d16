#pragma once
#include <stdexcept>
#include <string>

namespace flowsweep {

/// Exit codes of the program (docs/command-reference.md).
enum class ExitCode : int {
  success = 0,         ///< `run`: every point has a row; `verify`: nothing violated.
  internal_error = 1,  ///< a defect of the program; `verify`: a theorem is violated; `merge`: a conflict.
  bad_input = 2,       ///< a wrong value; nothing was overwritten. `verify`: unusable or damaged rows.
  more_work = 75,      ///< stopped early, or points are missing (sysexits' EX_TEMPFAIL).
};

/// Where a value came from: a sweep file's line, or the command line (line 0).
struct SourceLocation {
  std::string file;  ///< file name, or "command line"
  int line = 0;      ///< 1-based; 0 where lines have no meaning
};

/// A wrong input. The message names place, field, value and the constraint that the value breaks.
class InputError : public std::runtime_error {
 public:
  /// "FILE:LINE: FIELD = VALUE: CONSTRAINT"
  InputError(const SourceLocation& where, const std::string& field, const std::string& value,
             const std::string& constraint);
  /// For inputs without a field, such as a missing file: "SUBJECT: CONSTRAINT".
  InputError(const std::string& subject, const std::string& constraint);
};

}  // namespace flowsweep

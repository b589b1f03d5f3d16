#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace flowsweep::sweep {

/// Kinds of parameter values in a sweep file.
enum class Kind {
  integer,    ///< 5
  real,       ///< 0.1, 1e-3 (finite)
  name,       ///< one of `choices`
  pair,       ///< a0:b0, two reals
  real_list,  ///< 0.1, 1, 10: one value that is a list (cannot be an axis)
  flag,       ///< true or false (stored as integer 0 or 1)
};
std::string_view name(Kind kind);

struct Pair {
  double first = 0, second = 0;
  bool operator==(const Pair&) const = default;
};

/// monostate: the point does not use the parameter.
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Pair, std::vector<double>>;

/// Text in sweep-file form; reals in the shortest form that reads back to the same bits; monostate: "".
std::string to_text(const Value& value);

/// Closed or open bounds of a number; for a pair, of each half.
struct Bounds {
  double lowest = -1.7976931348623157e308;
  double highest = 1.7976931348623157e308;
  bool lowest_excluded = false;   ///< true: value > lowest
  bool highest_excluded = false;  ///< true: value < highest
};

bool contains(const Bounds& bounds, double value);

/// The inequality as text: "dimension >= 1", "0 < p < 1"; "" without bounds.
std::string to_text(const Bounds& bounds, std::string_view key);

/// The one declaration of a parameter of grid points: sweep file, --set, --where, help, reference page and
/// validation are made from it.
struct ParameterDeclaration {
  std::string key;      ///< "dimension"
  std::string section;  ///< where a single value may stand: "axes", "flow", "empirical", or "" (top)
  Kind kind = Kind::real;
  std::string default_text;  ///< sweep-file form; empty: required wherever a point uses it
  Bounds bounds;
  std::vector<std::string> choices;  ///< for Kind::name
  std::string unit;                  ///< "1" where dimensionless
  std::string help;                  ///< one sentence; never empty
  /// A choice that is written CHOICE(FILE) in an axis, and the integer parameter that identifies the file's
  /// rows by their hash and advances with the axis; empty: none.
  std::string file_choice = {}, file_key = {};
};

/// What a value must be, as messages and the reference page say it: "an integer, dimension >= 1",
/// "one of gaussian, sparse", "two reals FIRST:SECOND, each half of init > 0".
std::string constraint_text(const ParameterDeclaration& declaration);

}  // namespace flowsweep::sweep

#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "sweep/parameter.hpp"
#include "sweep/shard.hpp"

namespace flowsweep::sweep {

struct Table;

/// Reads the table of a file (sweep/table.hpp).
using TableReader = std::function<Table(const std::string& path)>;

/// What a sweep may speak about; given by the program, so that this module knows no model and no law.
struct Vocabulary {
  std::vector<ParameterDeclaration> parameters;
  std::vector<std::string> theorems;  ///< names allowed in `theorems`

  /// Whether a point with these values (all declared ones filled in, in declaration order) uses parameter
  /// `index`. A parameter with neither value nor default is monostate. Parameters are asked about in
  /// declaration order, and the first used one without a value ends the reading with an error: declare a
  /// parameter after those it depends on.
  std::function<bool(std::span<const Value> values, std::size_t index)> uses;

  /// Whether a point that does not use parameter `index` is all the same one with its default: such a point
  /// is shown with the default and found by it, though its id has nothing of it. Empty: none is.
  std::function<bool(std::span<const Value> values, std::size_t index)> implies = {};

  /// Checks a whole point (constraints between parameters, e.g. a law's own range); parameters that the point
  /// does not use are monostate. Returns {index of the offending parameter, constraint}, the constraint empty
  /// if all is well.
  std::function<std::pair<std::size_t, std::string>(std::span<const Value> values)> constraint;

  /// Takes a table that points refer to by its hash; called before they are checked. Empty: there are none.
  std::function<void(const Table& table)> load_table = {};
};

/// One grid point: typed values of the parameters it uses, and its id.
class Point {
 public:
  Point() = default;
  Point(std::shared_ptr<const Vocabulary> vocabulary, std::vector<Value> values, std::uint64_t id);

  std::uint64_t id() const { return id_; }
  std::span<const Value> values() const { return values_; }
  const Vocabulary& vocabulary() const { return *vocabulary_; }

  bool uses(std::string_view key) const;
  const Value& value(std::string_view key) const;  ///< throws std::out_of_range for an undeclared key
  std::int64_t integer(
      std::string_view key) const;  ///< these four throw std::bad_variant_access where unused
  double real(std::string_view key) const;
  const std::string& name(std::string_view key) const;
  Pair pair(std::string_view key) const;

 private:
  std::shared_ptr<const Vocabulary> vocabulary_;
  std::vector<Value> values_;
  std::uint64_t id_ = 0;
};

/// A point's value of a parameter, or the default that it implies (Vocabulary::implies); monostate where it
/// has neither.
Value shown_value(const Vocabulary& vocabulary, std::span<const Value> values, std::size_t parameter);

/// The canonical typed content of a point: one line "key=kind:value" a used parameter, sorted by key, doubles
/// by their bits in hexadecimal (-0.0 as 0.0), pairs and lists separated by commas, then "kernel=VERSION";
/// every line ends in a newline. Its 64-bit XXH3 is the id.
std::string canonical_content(const Vocabulary& vocabulary, std::span<const Value> values);
std::uint64_t point_id(const Vocabulary& vocabulary, std::span<const Value> values);

/// Limits on what a sweep file may ask for, so that no small file takes hours or all memory: expanding what
/// just meets them was measured to take 7 to 18 s of one core and, with 16 parameters, 1.5 GB.
struct Limits {
  std::size_t points = 10'000'000;      ///< combinations of all grids together, before unused axes are folded
  std::size_t axis_values = 2'000'000;  ///< values of all axes of the file together
  std::size_t text_bytes = 4'000'000;
  std::size_t line_bytes = 1'000'000;
  std::size_t sections = 1'000;
  std::size_t directives = 10'000;                ///< lines "#! set"
  std::uint64_t exclusion_tests = 1'000'000'000;  ///< combinations times conditions of `exclude`
  std::uint64_t range_tests = 100'000'000;        ///< ranges in conditions times values of their axes
  std::uint64_t list_entries = 1'000'000'000;     ///< numbers of a list times combinations
};

/// An expanded sweep: distinct grid points in a fixed order (file order of grids; within a grid the first
/// axis of the declarations slowest), values stored as indices into per-parameter tables. Made by PointList.
class Grid {
 public:
  std::size_t size() const { return ids_.size(); }
  std::uint64_t id(std::size_t row) const { return ids_[row]; }
  const Value& value(std::size_t row, std::size_t parameter) const {
    return tables_[parameter][entry(row, parameter)];
  }
  /// Index into table(parameter) of a row's value.
  std::uint32_t entry(std::size_t row, std::size_t parameter) const {
    return indices_[row * tables_.size() + parameter];
  }
  Point point(std::size_t row) const;
  const std::shared_ptr<const Vocabulary>& vocabulary() const { return vocabulary_; }
  /// Distinct values of a parameter, in order of first use; entry 0 is always "unused" (monostate).
  std::span<const Value> table(std::size_t parameter) const { return tables_[parameter]; }
  /// grid_hash() of its ids: equal grids have equal hashes.
  std::uint64_t hash() const;
  std::size_t duplicates = 0;  ///< combinations dropped because an earlier one is the same point
  std::size_t excluded = 0;    ///< combinations dropped by `exclude`

 private:
  friend class PointList;
  std::shared_ptr<const Vocabulary> vocabulary_;
  std::vector<std::vector<Value>> tables_;
  std::vector<std::uint32_t> indices_;
  std::vector<std::uint64_t> ids_;
};

/// Hash over the sorted ids, whatever their order here. An id is the hash of a point's canonical content.
std::uint64_t grid_hash(std::vector<std::uint64_t> ids);

/// One condition of `exclude`.
struct Exclusion {
  std::string place;             ///< "FILE:LINE: axes.exclude"
  std::string text;              ///< "distribution=gaussian & dimension=2..3"
  std::size_t combinations = 0;  ///< of the axes' values that meet it, whatever other conditions they meet
};

/// A sweep file after reading.
struct Sweep {
  std::string name;
  /// As listed; empty: every theorem of the registry that speaks about the model.
  std::vector<std::string> theorems;
  /// The file's text, each --set appended as a directive line "#! set SECTION.KEY=VALUE", which the reader
  /// applies after the rest of the file: reading this text again gives the same grid.
  std::string text;
  double time_limit = 0;              ///< wall seconds a point; 0: none
  Shard shard;                        ///< of the file's points the grid holds these
  std::vector<Exclusion> exclusions;  ///< of all grids, in their order; of the whole file, whatever the shard
  Grid grid;                          ///< without points only where the shard has none
  /// What has no effect, each with its place: keys that no point uses, exclusions that drop nothing.
  std::vector<std::string> warnings;
};

/// Reads and expands. `overrides` are --set texts "section.key=value" ("key=value" for the top section); each
/// replaces or adds a key, the last one for a key counts, and they act after the file's own "#! set" lines.
/// Throws InputError naming file:line, field, value and constraint. `tables` reads the files that an axis
/// names, relative to the sweep file's folder; their rows join the text, so that parse_sweep needs no file.
Sweep read_sweep(const std::string& path, std::span<const std::string> overrides,
                 std::shared_ptr<const Vocabulary> vocabulary, const Limits& limits = {},
                 const TableReader& tables = {});
Sweep parse_sweep(const std::string& text, const std::string& file_name,
                  std::span<const std::string> overrides, std::shared_ptr<const Vocabulary> vocabulary,
                  const Limits& limits = {});

/// --where AXIS=VALUES: the rows whose values are among VALUES for every condition. VALUES are written as in
/// a sweep file; on a real axis a..b means the closed interval. Throws InputError for an unknown axis and for
/// an item of VALUES that no point of the grid has.
std::vector<std::size_t> filter_rows(const Grid& grid, std::span<const std::string> conditions);

}  // namespace flowsweep::sweep

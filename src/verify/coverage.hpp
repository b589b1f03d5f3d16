#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/store.hpp"

namespace flowsweep::verify {

/// [VerdictKind]
using VerdictCounts = std::array<std::size_t, record::verdict_names.size()>;

/// The points that have one value of an axis.
struct ValueCoverage {
  std::string value;  ///< in sweep-file form
  std::size_t points = 0;
  std::vector<VerdictCounts> verdicts;  ///< [tally]

  std::size_t judged(std::size_t tally) const;
  bool held(std::size_t tally) const { return verdicts[tally][0] > 0; }
  /// Every point that was judged has an unmet hypothesis: the theorem says nothing about this value.
  bool vacuous(std::size_t tally) const;
};

/// An axis along which the selected points differ.
struct AxisCoverage {
  std::string key;
  std::vector<ValueCoverage> values;  ///< in the order of their first point
};

/// What the sweep file that is kept in the store declares.
struct DeclaredGrid {
  std::size_t points = 0, duplicates = 0, excluded = 0;  ///< excluded, duplicates: combinations
  std::uint64_t hash = 0;
  std::vector<sweep::Exclusion> exclusions;
};

/// What the points of a store cover.
struct Coverage {
  std::size_t points = 0;                                           ///< of the store, whatever is selected
  std::uint64_t grid_hash = 0;                                      ///< sweep::grid_hash() of all of them
  std::array<std::size_t, record::status_names.size()> statuses{};  ///< of the selected points, intact rows
  std::vector<AxisCoverage> axes;
  std::optional<DeclaredGrid> declared;
  std::string obstacle;  ///< why there is none: the file cannot be read, or the store was merged
};

/// Counts the rows of a store for its Coverage.
class Census {
 public:
  Census(std::shared_ptr<const sweep::Vocabulary> vocabulary, std::size_t tallies);

  void add(const store::Reader::Row& row);
  /// The verdict of a theorem on the row that was added last.
  void add(std::size_t tally, record::VerdictKind verdict);
  Coverage finish(const store::Reader& reader) &&;

 private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  /// The values of one parameter.
  struct Column {
    std::map<std::string, std::size_t> places;  ///< value to index
    std::vector<ValueCoverage> values;
    sweep::Value last_value{};
    std::size_t present = none;  ///< index of the last row's value; none where it does not use the parameter
  };

  void place(std::size_t parameter, const sweep::Value& value);

  std::shared_ptr<const sweep::Vocabulary> vocabulary_;
  std::size_t tallies_;
  std::vector<Column> columns_;  ///< [parameter]
  Coverage coverage_;
};

}  // namespace flowsweep::verify

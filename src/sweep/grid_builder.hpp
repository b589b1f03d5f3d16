#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sweep/grid.hpp"
#include "sweep/point_list.hpp"
#include "sweep/specification.hpp"

namespace flowsweep::sweep {

/// 64-bit XXH3: how canonical contents become ids.
std::uint64_t content_hash(std::string_view content);

/// What of a grid's specification had an effect.
struct Effect {
  std::vector<bool> parameters;      ///< some combination, not excluded, uses it
  std::vector<std::size_t> clauses;  ///< combinations that meet it
};

/// Multiplies grids out into distinct points.
///
/// Per combination: ask which parameters are used, drop it if excluded, hash its canonical content, drop it
/// if an earlier one was equal, check its constraints, store it.
class GridBuilder {
 public:
  using Hash = std::uint64_t (*)(std::string_view);
  explicit GridBuilder(std::shared_ptr<const Vocabulary> vocabulary, Hash hash = content_hash);

  /// Appends a grid's new points. Throws InputError for a missing value, a broken constraint and an id that
  /// two different points share.
  Effect add(const GridSpecification& specification);

  Grid finish() &&;

 private:
  void start(const GridSpecification& specification);
  void select(std::size_t parameter, std::size_t index);
  bool advance();
  void visit();
  void find_used();
  bool excluded();
  std::uint64_t id();
  void intern();
  std::uint32_t table_entry(std::size_t parameter);
  void check_constraint();
  [[noreturn]] void refuse_missing(std::size_t parameter) const;

  Hash hash_;
  PointList points_;
  std::size_t duplicates_ = 0, excluded_ = 0;
  std::vector<std::size_t> order_;
  std::string kernel_;

  // The grid being added.
  const GridSpecification* specification_ = nullptr;
  Effect effect_;
  std::vector<std::vector<std::uint32_t>> known_;  // column index -> table entry, 0 where not yet looked up
  std::vector<std::vector<std::vector<bool>>> matches_;  // clause, condition, column index

  // The present combination.
  std::vector<std::size_t> odometer_;  // by axis group
  std::vector<std::size_t> selected_;  // column index by parameter
  std::vector<Value> values_;          // filled in, as `uses` wants them
  std::vector<Value> point_values_;    // monostate where unused
  std::vector<std::string> lines_;     // canonical lines
  std::vector<bool> used_;
  std::vector<bool> shown_;         // used, or its default implied: exclusions and remarks see it
  std::vector<std::uint32_t> row_;  // table entries
  std::string content_;
};

}  // namespace flowsweep::sweep

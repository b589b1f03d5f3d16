#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include "sweep/axis_expression.hpp"
#include "sweep/specification.hpp"

namespace flowsweep::sweep {

/// The axes of one section before they are expanded.
struct GridDraft {
  Field field;
  std::map<std::size_t, std::vector<AxisItem>> axes;  ///< by parameter
  std::map<std::size_t, Field> fields;                ///< by parameter
  std::vector<std::vector<std::size_t>> zips;         ///< groups of parameters, each sorted
  std::vector<ExclusionClause> exclusions;

  /// The zip that holds a parameter; null for an axis of its own.
  const std::vector<std::size_t>* zip_of(std::size_t parameter) const;

  /// Numbers of values by axis group, an upper bound where lin or log may coincide after rounding.
  std::vector<std::uint64_t> lengths() const;
};

/// Reads the axes, `zip` and `exclude` of a section of the document.
GridDraft draft_grid(const Section& section, const Document& document, const Vocabulary& vocabulary,
                     const Limits& limits);

/// Refuses drafts with more combinations, more values of axes, or more work for `exclude` than the limits.
/// Returns the number of combinations.
std::uint64_t check_size(std::span<const GridDraft> drafts, const Limits& limits);

}  // namespace flowsweep::sweep

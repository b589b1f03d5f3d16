#pragma once
#include <span>
#include <string>
#include <string_view>

namespace flowsweep::sweep {

/// Levenshtein distance in bytes: the fewest insertions, deletions and replacements that turn `a` into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate at the smallest edit distance from `text`, the first of several; "" without candidates.
std::string nearest(std::string_view text, std::span<const std::string> candidates);

}  // namespace flowsweep::sweep

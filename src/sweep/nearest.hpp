#pragma once
#include <span>
#include <string>
#include <string_view>

namespace flowsweep::sweep {

/// Levenshtein distance in bytes: the fewest insertions, deletions and replacements that turn `a` into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate at the smallest edit distance from `text`, the first of several; "" without candidates.
std::string nearest(std::string_view text, std::span<const std::string> candidates);

/// The same where the text may be a slip of the pen for it: two of its letters or half of them differ at
/// most, and not all; or one holds the other. "" where none is so near.
std::string near_candidate(std::string_view text, std::span<const std::string> candidates);

/// "; WHAT 'seed'" with the near candidate; else "; OTHERWISE", or "" without that.
std::string nearest_hint(std::string_view text, std::span<const std::string> candidates,
                         const std::string& what, const std::string& otherwise = "");

}  // namespace flowsweep::sweep

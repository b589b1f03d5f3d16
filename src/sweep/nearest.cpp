#include "sweep/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace flowsweep::sweep {

namespace {

constexpr std::size_t longest_compared = 64;  // a longer text is no misspelt key

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

std::string nearest(std::string_view text, std::span<const std::string> candidates) {
  text = text.substr(0, longest_compared);
  const auto best = std::min_element(candidates.begin(), candidates.end(), [&](const auto& a, const auto& b) {
    return edit_distance(text, a) < edit_distance(text, b);
  });
  return best == candidates.end() ? "" : *best;
}

std::string near_candidate(std::string_view text, std::span<const std::string> candidates) {
  constexpr std::size_t exchanged = 2;   // letters in one another's place
  constexpr std::size_t least_held = 3;  // letters: any text holds shorter ones
  const auto holds = [&](std::string_view whole, std::string_view part) {
    return part.size() >= least_held && whole.find(part) != std::string_view::npos;
  };
  text = text.substr(0, longest_compared);
  const std::string candidate = nearest(text, candidates);
  const std::size_t letters = std::max(text.size(), candidate.size());
  const std::size_t distance = edit_distance(text, candidate);
  if (distance < letters && distance <= std::max(exchanged, letters / 2)) return candidate;
  for (const std::string& other : candidates)
    if (holds(other, text) || holds(text, other)) return other;
  return "";
}

std::string nearest_hint(std::string_view text, std::span<const std::string> candidates,
                         const std::string& what, const std::string& otherwise) {
  const std::string candidate = near_candidate(text, candidates);
  if (!candidate.empty()) return "; " + what + " '" + candidate + "'";
  return otherwise.empty() ? "" : "; " + otherwise;
}

}  // namespace flowsweep::sweep

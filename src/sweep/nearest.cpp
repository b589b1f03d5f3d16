#include "sweep/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace flowsweep::sweep {

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
  constexpr std::size_t longest_compared = 64;  // a longer text is no misspelt key
  text = text.substr(0, longest_compared);
  const auto best = std::min_element(candidates.begin(), candidates.end(), [&](const auto& a, const auto& b) {
    return edit_distance(text, a) < edit_distance(text, b);
  });
  return best == candidates.end() ? "" : *best;
}

}  // namespace flowsweep::sweep

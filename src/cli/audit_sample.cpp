#include "cli/audit_sample.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/rng.hpp"

namespace flowsweep::cli {
namespace {

// Products such as 0.07 x 100 lie a rounding error above the whole number that is meant.
constexpr double rounding_of_product = 1e-12;

long double log_choose(std::size_t n, std::size_t k) {
  const auto log_factorial = [](std::size_t m) { return std::lgamma(static_cast<long double>(m) + 1); };
  return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

/// P(X <= marked) if `all_marked` of the population are marked.
long double chance_of_at_most(std::size_t marked, std::size_t all_marked, std::size_t population,
                              std::size_t sample) {
  const std::size_t unmarked = population - all_marked;
  const long double all_samples = log_choose(population, sample);
  long double chance = 0;
  for (std::size_t j = sample > unmarked ? sample - unmarked : 0; j <= std::min(marked, all_marked); ++j)
    chance += std::exp(log_choose(all_marked, j) + log_choose(unmarked, sample - j) - all_samples);
  return chance;
}

}  // namespace

std::size_t sample_size(std::size_t population, double fraction) {
  if (population == 0) return 0;
  const double wanted = fraction * static_cast<double>(population);
  const auto size = static_cast<std::size_t>(std::ceil(wanted * (1 - rounding_of_product)));
  return std::clamp<std::size_t>(size, 1, population);
}

std::vector<std::size_t> random_sample(std::span<const std::size_t> rows, std::span<const std::uint64_t> ids,
                                       std::size_t size, std::uint64_t seed) {
  struct Lot {
    std::uint64_t number, id;
    std::size_t row;
    auto operator<=>(const Lot&) const = default;
  };
  std::vector<Lot> lots;
  lots.reserve(rows.size());
  for (const std::size_t row : rows) lots.push_back({CounterRng(seed, ids[row]).bits(), ids[row], row});
  std::ranges::nth_element(lots, lots.begin() + static_cast<std::ptrdiff_t>(size));
  std::vector<std::size_t> sample;
  for (const Lot& lot : std::span(lots).first(size)) sample.push_back(lot.row);
  std::ranges::sort(sample);
  return sample;
}

std::size_t most_marked(std::size_t population, std::size_t sample, std::size_t marked, double confidence) {
  // The chance falls as more are marked: the bound lies in [possible, impossible).
  std::size_t possible = marked, impossible = population - (sample - marked) + 1;
  while (impossible - possible > 1) {
    const std::size_t middle = possible + (impossible - possible) / 2;
    const bool likely = chance_of_at_most(marked, middle, population, sample) >= 1 - confidence;
    (likely ? possible : impossible) = middle;
  }
  return possible;
}

}  // namespace flowsweep::cli

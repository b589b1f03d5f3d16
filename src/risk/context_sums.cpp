#include "risk/context_sums.hpp"

#include <cmath>
#include <numbers>

namespace flowsweep::risk {
namespace {

constexpr std::int64_t direct_sum_limit = 64;

// sum_{k<=n} 1/k and 1/k^2 by their Euler-Maclaurin expansions; the first terms left out are below 1e-19 for
// n > 64.
ContextSums asymptotic_sums(double n) {
  const double x = 1 / n, x2 = x * x;
  const double h1 = std::log(n) + std::numbers::egamma + x / 2 -
                    x2 * (1.0 / 12 - x2 * (1.0 / 120 - x2 * (1.0 / 252 - x2 / 240)));
  const double h2 = std::numbers::pi * std::numbers::pi / 6 -
                    x * (1 - x / 2 + x2 * (1.0 / 6 - x2 * (1.0 / 30 - x2 * (1.0 / 42 - x2 / 30))));
  return {n, h1, h2};
}

}  // namespace

ContextSums context_sums(std::int64_t context) {
  const std::int64_t n = context - 2;
  if (n > direct_sum_limit) return asymptotic_sums(static_cast<double>(n));
  ContextSums sums{static_cast<double>(n), 0, 0};
  for (std::int64_t k = n; k >= 1; --k) {
    const double x = 1.0 / static_cast<double>(k);
    sums.h1 += x;
    sums.h2 += x * x;
  }
  return sums;
}

}  // namespace flowsweep::risk

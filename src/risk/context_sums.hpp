#pragma once
#include <cstdint>

namespace flowsweep::risk {

/// H0 = T-2, H1 = sum_{t=2}^{T-1} 1/(t-1), H2 = sum_{t=2}^{T-1} 1/(t-1)^2: all that the risk knows of the
/// context T.
struct ContextSums {
  double h0, h1, h2;
};

/// Exact sums for any T >= 3 (by the asymptotic expansion of the harmonic numbers beyond 64 terms: a few
/// units of rounding).
ContextSums context_sums(std::int64_t context);

}  // namespace flowsweep::risk

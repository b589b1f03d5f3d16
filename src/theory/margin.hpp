#pragma once
#include <cmath>

namespace flowsweep::theory {

/// Whether `margin` is worse than `than`: smaller, where NaN is the smallest margin of all. Of equal margins
/// neither is worse.
inline bool worse(double margin, double than) {
  return std::isnan(margin) ? !std::isnan(than) : margin < than;
}

}  // namespace flowsweep::theory

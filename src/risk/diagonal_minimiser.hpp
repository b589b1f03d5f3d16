#pragma once
#include "risk/empirical.hpp"

namespace flowsweep::risk {

/// The step size u = ab that minimises the risk of a sample along A = a I, B = b I, and its standard error.
struct DiagonalMinimiser {
  double product;         ///< sum_n s1_n / sum_n s2_n
  double standard_error;  ///< sd(s1_n - u s2_n) / (mean s2 sqrt(N)): the delta method for a ratio of means; 0
                          ///< if N = 1
  double curvature;       ///< mean s2
};

/// On that line a sequence's loss is  const - u s1 + u^2 s2 / 2  with, m_t = S_t x_t / (t-1),
///   s1 = sum_t Re <m_t, x_{t+1}>,   s2 = sum_t ||m_t||^2.
/// O(N T d^2). Source: derived.
DiagonalMinimiser diagonal_minimiser(const Sequences& sequences);

}  // namespace flowsweep::risk

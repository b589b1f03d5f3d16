#pragma once
#include <vector>

#include "risk/empirical.hpp"

namespace flowsweep::risk {

/// The step size u = ab that minimises the risk of a sample along A = a I, B = b I, and its standard error.
struct DiagonalMinimiser {
  double product;         ///< sum_n s1_n / sum_n s2_n
  double standard_error;  ///< sd(s1_n - u s2_n) / (mean s2 sqrt(N)): the delta method for a ratio of means; 0
                          ///< if N = 1
};

/// On that line a sequence's loss is  const - u s1 + u^2 s2 / 2  with, m_t = S_t x_t / (t-1),
///   s1 = sum_t Re <m_t, x_{t+1}>,   s2 = sum_t ||m_t||^2.
/// A number a sequence. Source: derived.
struct DiagonalStatistics {
  std::vector<double> s1, s2;
};

/// O(N T d^2).
DiagonalStatistics diagonal_statistics(const Sequences& sequences);

DiagonalMinimiser diagonal_minimiser(const DiagonalStatistics& statistics);
DiagonalMinimiser diagonal_minimiser(const Sequences& sequences);

/// How clearly the sample says that u = `product` does not minimise the risk of its law on that line:
/// corrected_t() of s1_n - u s2_n. A number below 1e-12 (s1_n + u s2_n) counts as 0.
double step_size_evidence(const DiagonalStatistics& statistics, double product);

}  // namespace flowsweep::risk

#pragma once
#include <vector>

#include "theory/bound_check.hpp"

namespace flowsweep::theory {

/// Largest sample whose kernel matrix is held: 134 MB.
inline constexpr double largest_gram = 4096;

/// What dual.rademacher measures on one sample of the population: {estimate, standard error, bound, bound /
/// estimate, norms margin}; NaN for samples above largest_gram.
std::vector<double> rademacher_measurements(const sweep::Point& point, const TokenSource& source);

double rademacher_seconds(const sweep::Point& point);

}  // namespace flowsweep::theory

#pragma once
#include <optional>
#include <span>

#include "core/differentiable.hpp"

namespace flowsweep::theory {

/// Largest number of parameters whose whole Hessian is_saddle() looks at.
inline constexpr std::size_t most_saddle_parameters = 1536;

/// Whether theta is a saddle of a risk as far as a flow can tell: |grad L| <= largest_gradient, and the
/// Hessian has an eigenvalue below -1e-9 times its largest. n Hessian products and O(n^3). Nothing beyond
/// most_saddle_parameters: not looked at.
std::optional<bool> is_saddle(Differentiable& risk, std::span<const double> theta, double largest_gradient);

}  // namespace flowsweep::theory

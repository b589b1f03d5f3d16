#pragma once
#include <optional>
#include <span>
#include <vector>

#include "model/linear_attention.hpp"

namespace flowsweep::theory {

/// The layer with these trained weights, in any of their layouts: (B, A) real (2 d^2 numbers), all blocks
/// real (6 d^2) or all blocks complex (12 d^2), the latter two in the order of model/linear_attention.hpp.
model::LinearAttention trained_layer(std::span<const double> weights, int dimension);

/// Its (B, A) as 2 d^2 real numbers, if that is all there is: nothing where another block or an imaginary
/// part exceeds 1e-9 of the largest weight.
std::optional<std::vector<double>> real_ab(const model::LinearAttention& layer);

}  // namespace flowsweep::theory

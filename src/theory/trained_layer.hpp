#pragma once
#include <span>

#include "model/linear_attention.hpp"

namespace flowsweep::theory {

/// The layer with these trained weights, in any of their layouts: (B, A) real (2 d^2 numbers), all blocks
/// real (6 d^2) or all blocks complex (12 d^2), the latter two in the order of model/linear_attention.hpp.
model::LinearAttention trained_layer(std::span<const double> weights, int dimension);

}  // namespace flowsweep::theory

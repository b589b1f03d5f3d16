#pragma once
#include <cstddef>

#include "theory/mesa_setting.hpp"

namespace flowsweep::theory {

/// Column of ab in the trajectory of a linear-attention run (experiment/observables.hpp).
inline constexpr std::size_t mesa_product_column = 1;

/// ab at flow time tau on the diagonal set, from (a0, b0) with a0 + b0 != 0 (mesa.trajectory, derived).
double exact_product(const PredictedLimit& limit, double a0, double b0, double tau);

}  // namespace flowsweep::theory

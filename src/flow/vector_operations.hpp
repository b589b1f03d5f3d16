#pragma once
#include "flow/sundials.hpp"

namespace flowsweep::flow::sundials {

/// A serial vector of `size` elements. The operations that a step spends its time in are ours: Debian's
/// library runs them one element at a time, which at 50 parameters costs more than the gradients do. Clones
/// share them.
Vector make_vector(std::size_t size, SUNContext context);

/// sum_i a_i b_i in four interleaved partial sums, always in the same order.
double dot(std::span<const double> a, std::span<const double> b);
/// y += scale x
void add(double scale, std::span<const double> x, std::span<double> y);

}  // namespace flowsweep::flow::sundials

#pragma once
#include "flow/sundials.hpp"

namespace flowsweep::flow {

/// Euclidean norm. Plain sum of squares: overflow of the squares counts as divergence.
double norm(std::span<const double> v);

/// weight_i = 1 / (relative |value_i| + absolute)
void error_weights(double relative, double absolute, std::span<const double> value, std::span<double> weight);

namespace sundials {

/// A serial vector of `size` elements. The operations that a step spends its time in are ours
/// (vector_kernel.inc): Debian's library runs them one element at a time, which at 50 parameters costs more
/// than the gradients do. Clones
/// share them.
Vector make_vector(std::size_t size, SUNContext context);

/// sum_i a_i b_i in eight interleaved partial sums, always in the same order.
double dot(std::span<const double> a, std::span<const double> b);
/// y += scale x
void add(double scale, std::span<const double> x, std::span<double> y);
/// y = x + scale y
void combine(std::span<const double> x, double scale, std::span<double> y);

}  // namespace sundials
}  // namespace flowsweep::flow

#include "flow/vector_operations.hpp"

#include <algorithm>
#include <cmath>

#include "core/instruction_set.hpp"
#include "flow/vector_kernel.hpp"

namespace flowsweep::flow {
namespace {

struct Kernels {
  decltype(&baseline::linear_sum) linear_sum;
  decltype(&baseline::scale) scale;
  decltype(&baseline::dot) dot;
  decltype(&baseline::weighted_square) weighted_square;
  decltype(&baseline::error_weights) error_weights;
};

const Kernels& kernels() {
  static constexpr Kernels all[] = {
      {baseline::linear_sum, baseline::scale, baseline::dot, baseline::weighted_square,
       baseline::error_weights},
      {avx2::linear_sum, avx2::scale, avx2::dot, avx2::weighted_square, avx2::error_weights},
      {avx512::linear_sum, avx512::scale, avx512::dot, avx512::weighted_square, avx512::error_weights}};
  return *for_active_set(&all[0], &all[1], &all[2]);
}

long length(std::span<const double> v) {
  return static_cast<long>(v.size());
}

}  // namespace

double norm(std::span<const double> v) {
  return std::sqrt(kernels().dot(length(v), v.data(), v.data()));
}

void error_weights(double relative, double absolute, std::span<const double> value,
                   std::span<double> weight) {
  kernels().error_weights(length(value), relative, absolute, value.data(), weight.data());
}

namespace sundials {
namespace {

const double* data(N_Vector v) {
  return NV_DATA_S(v);
}

void linear_sum(realtype a, N_Vector x, realtype b, N_Vector y, N_Vector z) {
  kernels().linear_sum(NV_LENGTH_S(z), a, data(x), b, data(y), NV_DATA_S(z));
}

void scale(realtype a, N_Vector x, N_Vector z) {
  kernels().scale(NV_LENGTH_S(z), a, data(x), NV_DATA_S(z));
}

void fill(realtype a, N_Vector z) {
  std::ranges::fill(view(z), a);
}

realtype wrms_norm(N_Vector x, N_Vector w) {
  const auto n = NV_LENGTH_S(x);
  return std::sqrt(kernels().weighted_square(n, data(x), data(w)) / static_cast<double>(n));
}

}  // namespace

double dot(std::span<const double> a, std::span<const double> b) {
  return kernels().dot(length(a), a.data(), b.data());
}

void add(double factor, std::span<const double> x, std::span<double> y) {
  kernels().linear_sum(length(y), factor, x.data(), 1, y.data(), y.data());
}

void combine(std::span<const double> x, double factor, std::span<double> y) {
  kernels().linear_sum(length(y), 1, x.data(), factor, y.data(), y.data());
}

Vector make_vector(std::size_t size, SUNContext context) {
  Vector vector(FLOWSWEEP_SUNDIALS(N_VNew_Serial(static_cast<sunindextype>(size), context)));
  vector->ops->nvlinearsum = linear_sum;
  vector->ops->nvscale = scale;
  vector->ops->nvconst = fill;
  vector->ops->nvwrmsnorm = wrms_norm;
  return vector;
}

}  // namespace sundials
}  // namespace flowsweep::flow

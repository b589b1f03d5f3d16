#pragma once

// Entry points of vector_kernel.inc, which is compiled once per instruction set; plain pointers only.

namespace flowsweep::flow {

#define FLOWSWEEP_VECTOR_KERNEL(set)                                                        \
  namespace set {                                                                           \
  /* z = a x + b y; z may be x or y. */                                                     \
  void linear_sum(long n, double a, const double* x, double b, const double* y, double* z); \
  /* z = a x; z may be x. */                                                                \
  void scale(long n, double a, const double* x, double* z);                                 \
  double dot(long n, const double* x, const double* y);                                     \
  /* sum_i (x_i w_i)^2 */                                                                   \
  double weighted_square(long n, const double* x, const double* w);                         \
  /* w_i = 1 / (relative |x_i| + absolute) */                                               \
  void error_weights(long n, double relative, double absolute, const double* x, double* w); \
  }
FLOWSWEEP_VECTOR_KERNEL(baseline)
FLOWSWEEP_VECTOR_KERNEL(avx2)
FLOWSWEEP_VECTOR_KERNEL(avx512)
#undef FLOWSWEEP_VECTOR_KERNEL

}  // namespace flowsweep::flow

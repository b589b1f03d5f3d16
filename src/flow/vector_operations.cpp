#include "flow/vector_operations.hpp"

#include <algorithm>
#include <cmath>

namespace flowsweep::flow::sundials {
namespace {

const double* data(N_Vector v) {
  return NV_DATA_S(v);
}
std::size_t length(N_Vector v) {
  return static_cast<std::size_t>(NV_LENGTH_S(v));
}

/// sum_{i < n} term(i), with four partial sums so that the additions overlap.
template <class Term>
double sum_of(std::size_t n, Term term) {
  double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    s0 += term(i);
    s1 += term(i + 1);
    s2 += term(i + 2);
    s3 += term(i + 3);
  }
  for (; i < n; ++i) s0 += term(i);
  return (s0 + s1) + (s2 + s3);
}

/// z may be x or y: every element is read before it is written.
void linear_sum(realtype a, N_Vector x, realtype b, N_Vector y, N_Vector z) {
  const double *p = data(x), *q = data(y);
  double* r = NV_DATA_S(z);
  const std::size_t n = length(z);
  if (a == 1 && b == 1) {
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) r[i] = p[i] + q[i];
  } else if (a == 1 && b == -1) {
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) r[i] = p[i] - q[i];
  } else {
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) r[i] = a * p[i] + b * q[i];
  }
}

void scale(realtype a, N_Vector x, N_Vector z) {
  const double* p = data(x);
  double* r = NV_DATA_S(z);
  const std::size_t n = length(z);
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) r[i] = a * p[i];
}

void fill(realtype a, N_Vector z) {
  std::ranges::fill(view(z), a);
}

realtype wrms_norm(N_Vector x, N_Vector w) {
  const double *p = data(x), *q = data(w);
  const std::size_t n = length(x);
  const double sum = sum_of(n, [=](std::size_t i) {
    const double product = p[i] * q[i];
    return product * product;
  });
  return std::sqrt(sum / static_cast<double>(n));
}

}  // namespace

double dot(std::span<const double> a, std::span<const double> b) {
  return sum_of(a.size(), [=](std::size_t i) { return a[i] * b[i]; });
}

void add(double factor, std::span<const double> x, std::span<double> y) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += factor * x[i];
}

Vector make_vector(std::size_t size, SUNContext context) {
  Vector vector(FLOWSWEEP_SUNDIALS(N_VNew_Serial(static_cast<sunindextype>(size), context)));
  vector->ops->nvlinearsum = linear_sum;
  vector->ops->nvscale = scale;
  vector->ops->nvconst = fill;
  vector->ops->nvwrmsnorm = wrms_norm;
  return vector;
}

}  // namespace flowsweep::flow::sundials

#include "risk/diagonal_minimiser.hpp"

#include <cmath>
#include <complex>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include "risk/corrected_t.hpp"

namespace flowsweep::risk {
namespace {

using Complex = std::complex<double>;

// Re(a conj(b)) without the library's care for infinities.
double real_inner(Complex a, Complex b) {
  return a.real() * b.real() + a.imag() * b.imag();
}
Complex product(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

// (s1, s2) of one sequence.
std::pair<double, double> statistics(int context, std::span<const double> v, std::span<const double> phase) {
  const std::size_t d = v.size();
  std::vector<Complex> rotation(d), x(v.begin(), v.end()), next(d), sums(d * d);
  for (std::size_t j = 0; j < d; ++j) rotation[j] = std::polar(1.0, phase[j]);
  double s1 = 0, s2 = 0;
  for (int t = 2; t <= context - 1; ++t) {
    for (std::size_t j = 0; j < d; ++j) next[j] = product(rotation[j], x[j]);
    for (std::size_t k = 0; k < d; ++k)
      for (std::size_t l = 0; l < d; ++l) sums[k * d + l] += product(next[k], std::conj(x[l]));
    x = next;
    for (std::size_t k = 0; k < d; ++k) {
      Complex memory = 0;
      for (std::size_t l = 0; l < d; ++l) memory += product(sums[k * d + l], x[l]);
      memory /= t - 1;
      s1 += real_inner(memory, product(rotation[k], x[k]));
      s2 += std::norm(memory);
    }
  }
  return {s1, s2};
}

}  // namespace

DiagonalStatistics diagonal_statistics(const Sequences& sequences) {
  const auto d = static_cast<std::size_t>(sequences.dimension);
  const std::size_t count = sequences.initial.size() / d;
  DiagonalStatistics all{std::vector<double>(count), std::vector<double>(count)};
  for (std::size_t n = 0; n < count; ++n)
    std::tie(all.s1[n], all.s2[n]) =
        statistics(sequences.context, sequences.initial.subspan(n * d, d), sequences.phase.subspan(n * d, d));
  return all;
}

DiagonalMinimiser diagonal_minimiser(const DiagonalStatistics& all) {
  const double sum1 = std::accumulate(all.s1.begin(), all.s1.end(), 0.0);
  const double sum2 = std::accumulate(all.s2.begin(), all.s2.end(), 0.0);
  const double u = sum1 / sum2, size = static_cast<double>(all.s1.size());
  double squares = 0;
  for (std::size_t n = 0; n < all.s1.size(); ++n) {
    const double residual = all.s1[n] - u * all.s2[n];
    squares += residual * residual;
  }
  const double deviation = all.s1.size() > 1 ? std::sqrt(squares / (size - 1)) : 0;
  return {u, deviation / (sum2 / size * std::sqrt(size))};
}

DiagonalMinimiser diagonal_minimiser(const Sequences& sequences) {
  return diagonal_minimiser(diagonal_statistics(sequences));
}

double step_size_evidence(const DiagonalStatistics& all, double product) {
  constexpr double rounding = 1e-12;
  std::vector<double> residuals(all.s1.size());
  for (std::size_t n = 0; n < residuals.size(); ++n) {
    const double residual = all.s1[n] - product * all.s2[n];
    const double size = std::abs(all.s1[n]) + product * all.s2[n];
    residuals[n] = std::abs(residual) > rounding * size ? residual : 0;
  }
  return corrected_t(residuals);
}

}  // namespace flowsweep::risk

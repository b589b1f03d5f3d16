#include "risk/diagonal_minimiser.hpp"

#include <cmath>
#include <complex>
#include <utility>
#include <vector>

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

DiagonalMinimiser diagonal_minimiser(const Sequences& sequences) {
  const auto d = static_cast<std::size_t>(sequences.dimension);
  const std::size_t count = sequences.initial.size() / d;
  std::vector<std::pair<double, double>> all(count);
  double sum1 = 0, sum2 = 0;
  for (std::size_t n = 0; n < count; ++n) {
    all[n] =
        statistics(sequences.context, sequences.initial.subspan(n * d, d), sequences.phase.subspan(n * d, d));
    sum1 += all[n].first;
    sum2 += all[n].second;
  }
  const double u = sum1 / sum2, size = static_cast<double>(count);
  double squares = 0;
  for (const auto& [s1, s2] : all) squares += (s1 - u * s2) * (s1 - u * s2);
  const double deviation = count > 1 ? std::sqrt(squares / (size - 1)) : 0;
  return {u, deviation / (sum2 / size * std::sqrt(size)), sum2 / size};
}

}  // namespace flowsweep::risk

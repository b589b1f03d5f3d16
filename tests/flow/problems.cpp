#include "flow/problems.hpp"

#include <cmath>

#include "core/rng.hpp"

namespace flowsweep::test {
namespace {

using Square = std::vector<double>;

/// z += x^(T) y^(T), d x d
void multiply(std::size_t d, std::span<const double> x, bool x_transposed, std::span<const double> y,
              bool y_transposed, std::span<double> z) {
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < d; ++j) {
      for (std::size_t k = 0; k < d; ++k) {
        z[i * d + j] +=
            (x_transposed ? x[k * d + i] : x[i * d + k]) * (y_transposed ? y[j * d + k] : y[k * d + j]);
      }
    }
  }
}

Square product(std::size_t d, std::span<const double> x, std::span<const double> y) {
  Square z(d * d, 0.0);
  multiply(d, x, false, y, false, z);
  return z;
}

}  // namespace

double Quadratic::gradient(std::span<const double> theta, std::span<double> gradient) {
  ++calls;
  double risk = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    gradient[i] = eigenvalues_[i] * theta[i];
    risk += 0.5 * gradient[i] * theta[i];
  }
  return risk;
}

void Quadratic::hessian_product(std::span<const double>, std::span<const double> direction,
                                std::span<double> product) {
  for (std::size_t i = 0; i < size(); ++i) product[i] = eigenvalues_[i] * direction[i];
}

TwoLayer::TwoLayer(std::size_t d, std::uint64_t seed, bool with_hessian)
    : d_(d), with_hessian_(with_hessian), m_(d * d, 0.0), c_(d * d, 0.0) {
  if (seed != 0) {
    m_ = random_vector(d * d, 0.3, seed);
    c_ = random_vector(d * d, 0.3, seed + 1);
  }
  for (std::size_t i = 0; i < d; ++i) {
    m_[i * d + i] += 1;
    c_[i * d + i] += 1;
  }
}

double TwoLayer::gradient(std::span<const double> theta, std::span<double> gradient) {
  const auto b = theta.first(d_ * d_), a = theta.last(d_ * d_);
  const Square bm = product(d_, b, m_), ma = product(d_, m_, a);
  Square residual = product(d_, b, ma);
  double risk = 0;
  for (std::size_t i = 0; i < residual.size(); ++i) {
    residual[i] -= c_[i];
    risk += 0.5 * residual[i] * residual[i];
  }
  std::ranges::fill(gradient, 0.0);
  multiply(d_, residual, false, ma, true, gradient.first(d_ * d_));
  multiply(d_, bm, true, residual, false, gradient.last(d_ * d_));
  return risk;
}

void TwoLayer::hessian_product(std::span<const double> theta, std::span<const double> direction,
                               std::span<double> out) {
  const std::size_t n = d_ * d_;
  const auto b = theta.first(n), a = theta.last(n), db = direction.first(n), da = direction.last(n);
  const Square bm = product(d_, b, m_), ma = product(d_, m_, a);
  const Square dbm = product(d_, db, m_), dma = product(d_, m_, da);
  Square residual = product(d_, b, ma), change = product(d_, db, ma);
  for (std::size_t i = 0; i < n; ++i) residual[i] -= c_[i];
  multiply(d_, b, false, dma, false, change);
  std::ranges::fill(out, 0.0);
  multiply(d_, change, false, ma, true, out.first(n));
  multiply(d_, residual, false, dma, true, out.first(n));
  multiply(d_, bm, true, change, false, out.last(n));
  multiply(d_, dbm, true, residual, false, out.last(n));
}

void Probe::observe(double flow_time, std::span<const double> theta, double risk,
                    std::span<const double> gradient, std::span<double> values) {
  double squares = 0, balance = 0;
  for (double x : gradient) squares += x * x;
  for (std::size_t i = 0; i < theta.size(); ++i) {
    balance += (i < theta.size() / 2 ? -1 : 1) * theta[i] * theta[i];
  }
  const double row[columns] = {flow_time, risk, std::sqrt(squares), theta[0], balance};
  std::ranges::copy(row, values.begin());
}

std::vector<double> random_vector(std::size_t n, double scale, std::uint64_t seed) {
  CounterRng rng(seed, 99);
  std::vector<double> values(n);
  for (double& x : values) x = scale * rng.normal();
  return values;
}

std::vector<double> near_diagonal(std::size_t d, double perturbation, std::uint64_t seed) {
  std::vector<double> theta = random_vector(2 * d * d, perturbation, seed);
  for (std::size_t i = 0; i < d; ++i) {
    theta[i * d + i] += 0.1;
    theta[d * d + i * d + i] += 0.1;
  }
  return theta;
}

flow::Result run(Differentiable& risk, const std::vector<double>& start, const flow::Settings& settings) {
  Probe probe;
  return flow::integrate(risk, start, settings, probe);
}

}  // namespace flowsweep::test

#include "model/sequence_step.hpp"

#include <cmath>
#include <complex>

namespace flowsweep::model {
namespace {

using Complex = std::complex<double>;

// sum_{r=0}^{n-1} e^{i phi r} = e^{i phi (n-1)/2} sin(n phi/2) / sin(phi/2): no cancellation for small phi.
Complex geometric_sum(double phi, double n) {
  const double denominator = std::sin(phi / 2);
  if (denominator == 0) return n;
  return std::polar(1.0, phi * (n - 1) / 2) * (std::sin(n * phi / 2) / denominator);
}

}  // namespace

SequenceStep::SequenceStep(std::span<const double> v, std::span<const double> phase, std::int64_t t)
    : count_(static_cast<double>(t - 1)) {
  const auto d = static_cast<Eigen::Index>(v.size());
  for (Eigen::VectorXcd* vector : {&v_, &rotation_, &previous_}) vector->resize(d);
  sums_.resize(d, d);
  for (Eigen::Index j = 0; j < d; ++j) {
    const auto k = static_cast<std::size_t>(j);
    v_[j] = v[k];
    rotation_[j] = std::polar(1.0, phase[k]);
    previous_[j] = v[k] * std::polar(1.0, phase[k] * (count_ - 1));
    sums_(j, j) = v[k] * v[k] * count_;
    for (std::size_t l = 0; l < k; ++l) {
      const auto column = static_cast<Eigen::Index>(l);
      sums_(j, column) = v[k] * v[l] * geometric_sum(phase[k] - phase[l], count_);
      sums_(column, j) = std::conj(sums_(j, column));
    }
  }
  state_ = rotation_.cwiseProduct(previous_);
  next_ = rotation_.cwiseProduct(state_);
}

Eigen::VectorXcd SequenceStep::memory() const {
  return rotation_.cwiseProduct(sums_ * state_) / count_;
}

Eigen::VectorXcd SequenceStep::predict(const LinearAttention& layer) const {
  const Eigen::VectorXcd upper = layer.Q11() * state_ + layer.Q12() * previous_;
  const Eigen::VectorXcd lower = layer.Q21() * state_ + layer.Q22() * previous_;
  const Eigen::VectorXcd mixed = sums_ * (rotation_.conjugate().cwiseProduct(upper) + lower);
  const Complex first = v_.dot(upper);  // e_1^* Q e_t
  return (layer.P1() * (rotation_.cwiseProduct(mixed) + first * v_) + layer.P2() * mixed) / count_;
}

}  // namespace flowsweep::model

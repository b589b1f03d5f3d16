#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <utility>

#include "core/differentiable.hpp"

namespace flowsweep::test {

/// A risk whose gradient, and optionally Hessian product, is spoilt after it was made: what a check must
/// find.
class WrongGradient : public Differentiable {
 public:
  using Spoil = std::function<void(std::span<double>)>;

  /// The risk must outlive this. An empty `spoil_product` leaves Hessian products right.
  explicit WrongGradient(Differentiable& risk, Spoil spoil_gradient, Spoil spoil_product = {})
      : risk_(risk), spoil_gradient_(std::move(spoil_gradient)), spoil_product_(std::move(spoil_product)) {}

  std::size_t size() const override { return risk_.size(); }
  double gradient(std::span<const double> theta, std::span<double> gradient) override {
    const double value = risk_.gradient(theta, gradient);
    spoil_gradient_(gradient);
    return value;
  }
  void hessian_product(std::span<const double> theta, std::span<const double> direction,
                       std::span<double> product) override {
    risk_.hessian_product(theta, direction, product);
    if (spoil_product_) spoil_product_(product);
  }

 private:
  Differentiable& risk_;
  Spoil spoil_gradient_, spoil_product_;
};

/// Multiplies the components first .. last - 1.
inline WrongGradient::Spoil scaled_components(std::size_t first, std::size_t last, double factor) {
  return [=](std::span<double> vector) {
    for (double& component : vector.subspan(first, last - first)) component *= factor;
  };
}

}  // namespace flowsweep::test

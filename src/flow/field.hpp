#pragma once
#include <cmath>
#include <cstdint>
#include <span>

#include "core/differentiable.hpp"
#include "flow/vector_operations.hpp"

namespace flowsweep::flow {

/// The gradient as the integrators see it: counted, and reduced to one test of finiteness.
class Field {
 public:
  explicit Field(Differentiable& risk) : risk_(risk) {}
  /// Goes on counting from what was evaluated before.
  Field(Differentiable& risk, std::int64_t evaluations, std::int64_t products)
      : risk_(risk), evaluations_(evaluations), products_(products) {}

  std::size_t size() const { return risk_.size(); }
  bool has_hessian_product() const { return risk_.has_hessian_product(); }

  /// Writes grad L(theta); returns |grad L|, or NaN if the risk or any component is not finite.
  double gradient(std::span<const double> theta, std::span<double> gradient) {
    ++evaluations_;
    const double risk = risk_.gradient(theta, gradient);
    const double length = norm(gradient);
    return std::isfinite(risk) && std::isfinite(length) ? length : NAN;
  }

  void hessian_product(std::span<const double> theta, std::span<const double> direction,
                       std::span<double> product) {
    ++products_;
    risk_.hessian_product(theta, direction, product);
  }

  std::int64_t evaluations() const { return evaluations_; }
  std::int64_t products() const { return products_; }

 private:
  Differentiable& risk_;
  std::int64_t evaluations_ = 0;
  std::int64_t products_ = 0;
};

}  // namespace flowsweep::flow

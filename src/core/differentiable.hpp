#pragma once
#include <cstddef>
#include <span>

namespace flowsweep {

/// A twice differentiable real function of a real vector theta: what a gradient flow descends.
///
/// Calls may use workspace held by the object: one object serves one thread.
class Differentiable {
 public:
  virtual ~Differentiable() = default;

  /// Number of real parameters n.
  virtual std::size_t size() const = 0;

  /// Writes grad L(theta) (length n) and returns L(theta).
  virtual double gradient(std::span<const double> theta, std::span<double> gradient) = 0;

  /// Bound on the rounding error of |grad L(theta)|, as far as it is known: a flow cannot bring the gradient
  /// below it.
  virtual double gradient_rounding([[maybe_unused]] std::span<const double> theta) const { return 0; }

  /// Whether hessian_product() is implemented.
  virtual bool has_hessian_product() const { return false; }

  /// Writes (d/de) grad L(theta + e direction) at e = 0 (length n), exactly.
  virtual void hessian_product([[maybe_unused]] std::span<const double> theta,
                               [[maybe_unused]] std::span<const double> direction,
                               [[maybe_unused]] std::span<double> product) {}
};

}  // namespace flowsweep

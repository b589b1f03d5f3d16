#include "support/gradient_check.hpp"

#include "flow/problems.hpp"
#include "support/catch.hpp"

namespace {

using namespace flowsweep;
using namespace flowsweep::test;

constexpr CheckTolerance tolerance;
constexpr std::uint64_t seed = 41;

/// A TwoLayer whose gradient and Hessian product are wrong by the given amounts in component 5.
class Wrong : public TwoLayer {
 public:
  Wrong(double gradient_error, double product_error)
      : TwoLayer(3, seed), gradient_error_(gradient_error), product_error_(product_error) {}
  double gradient(std::span<const double> theta, std::span<double> gradient) override {
    const double risk = TwoLayer::gradient(theta, gradient);
    gradient[5] += gradient_error_;
    return risk;
  }
  void hessian_product(std::span<const double> theta, std::span<const double> direction,
                       std::span<double> product) override {
    TwoLayer::hessian_product(theta, direction, product);
    product[5] += product_error_;
  }

 private:
  double gradient_error_, product_error_;
};

}  // namespace

TEST_CASE("The gradient checks pass right derivatives and fail wrong ones") {
  CAPTURE(seed);
  const auto theta = random_vector(18, 0.5, seed), direction = random_vector(18, 1, seed + 1);
  Wrong right(0, 0);
  CHECK(check_gradient(right, theta).within(tolerance.gradient));
  CHECK(check_hessian_product(right, theta, direction).within(tolerance.hessian_product));

  Wrong wrong(1e-6, 1e-6);
  const auto gradient = check_gradient(wrong, theta);
  CHECK_FALSE(gradient.within(tolerance.gradient));
  CHECK(gradient.component == 5);
  const auto product = check_hessian_product(wrong, theta, direction);
  CHECK_FALSE(product.within(tolerance.hessian_product));
  CHECK(product.component == 5);

  Wrong nothing(NAN, NAN);
  CHECK_FALSE(check_gradient(nothing, theta).within(1));
}

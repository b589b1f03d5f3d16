#include "theory/hessian_spectrum.hpp"

#include <Eigen/QR>
#include <cmath>

#include "support/catch.hpp"

using namespace flowsweep;
using namespace flowsweep::theory;

namespace {

// x^T H x / 2 with a given symmetric H.
class Quadratic : public Differentiable {
 public:
  explicit Quadratic(Eigen::MatrixXd hessian) : hessian_(std::move(hessian)) {}
  std::size_t size() const override { return static_cast<std::size_t>(hessian_.rows()); }
  double gradient(std::span<const double> theta, std::span<double> gradient) override {
    hessian_product(theta, theta, gradient);
    return 0;
  }
  bool has_hessian_product() const override { return true; }
  void hessian_product(std::span<const double>, std::span<const double> direction,
                       std::span<double> product) override {
    const auto n = hessian_.rows();
    Eigen::Map<Eigen::VectorXd>(product.data(), n) =
        hessian_ * Eigen::Map<const Eigen::VectorXd>(direction.data(), n);
  }

 private:
  Eigen::MatrixXd hessian_;
};

Quadratic with_eigenvalues(const std::vector<double>& eigenvalues, CounterRng& rng) {
  const auto n = static_cast<Eigen::Index>(eigenvalues.size());
  Eigen::MatrixXd random(n, n);
  for (double& entry : random.reshaped()) entry = rng.normal();
  const Eigen::MatrixXd turn = Eigen::HouseholderQR<Eigen::MatrixXd>(random).householderQ();
  return Quadratic(turn * Eigen::Map<const Eigen::VectorXd>(eigenvalues.data(), n).asDiagonal() *
                   turn.transpose());
}

std::vector<double> scaled(std::vector<double> values, double unit) {
  for (double& value : values) value *= unit;
  return values;
}

constexpr double accuracy = 1e-9;  // of the largest eigenvalue: what Lanczos' method takes for one
constexpr std::uint64_t seeds = 20;

}  // namespace

TEST_CASE("distinct eigenvalues are found, each once, whatever their multiplicity", "[hessian]") {
  const std::vector<double> eigenvalues = {-2, 0, 0, 0, 1e-6, 1, 1, 1, 1.0003, 1.0003, 30, 30, 30, 588};
  const std::vector<double> distinct = {-2, 0, 1e-6, 1, 1.0003, 30, 588};
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    // Eigen's iteration depends on the size of the coefficients: every size is to do.
    const double unit = std::pow(10.0, static_cast<double>(seed) - 9);
    CounterRng rng(seed, 1);
    Quadratic quadratic = with_eigenvalues(scaled(eigenvalues, unit), rng);
    const std::vector<double> theta(eigenvalues.size(), 0.0);
    const DistinctEigenvalues found = distinct_eigenvalues(quadratic, theta, rng);
    CAPTURE(seed, found.values);
    CHECK(found.complete);
    for (const double value : distinct) {
      double gap = 1e300;
      for (const double other : found.values) gap = std::min(gap, std::abs(value * unit - other));
      CHECK(gap <= accuracy * 588 * unit);
    }
    for (const double value : found.values) {
      double gap = 1e300;
      for (const double other : distinct) gap = std::min(gap, std::abs(value - other * unit));
      CHECK(gap <= accuracy * 588 * unit);
    }
    const std::vector<double> all = all_eigenvalues(quadratic, theta);
    REQUIRE(all.size() == eigenvalues.size());
    for (std::size_t k = 0; k < all.size(); ++k)
      CHECK(std::abs(all[k] - eigenvalues[k] * unit) <= 1e-12 * 588 * unit);
  }
}

TEST_CASE("an unfinished search says so, and sees the ends of the spectrum", "[hessian]") {
  std::vector<double> eigenvalues;
  for (int k = 0; k < 60; ++k) eigenvalues.push_back(k);
  eigenvalues.front() = -30;
  CounterRng rng(7, 1);
  Quadratic quadratic = with_eigenvalues(eigenvalues, rng);
  const std::vector<double> theta(60, 0.0);
  const DistinctEigenvalues found = distinct_eigenvalues(quadratic, theta, rng, 20);
  CHECK(!found.complete);
  CHECK(found.values.size() == 20);
  CHECK(found.values.front() < -29);
  CHECK(distinct_eigenvalues(quadratic, theta, rng, 60).complete);
}

TEST_CASE("a Hessian that vanishes has the one eigenvalue 0", "[hessian]") {
  Quadratic flat(Eigen::MatrixXd::Zero(5, 5));
  CounterRng rng(1, 1);
  const DistinctEigenvalues found = distinct_eigenvalues(flat, std::vector<double>(5, 1.0), rng);
  CHECK(found.complete);
  CHECK(found.values == std::vector<double>{0.0});
}

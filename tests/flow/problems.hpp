#pragma once
#include <functional>
#include <vector>

#include "flow/flow.hpp"

namespace flowsweep::test {

/// L = 1/2 sum_i lambda_i theta_i^2: theta_i(t) = theta_i(0) exp(-lambda_i t).
class Quadratic : public Differentiable {
 public:
  explicit Quadratic(std::vector<double> eigenvalues) : eigenvalues_(std::move(eigenvalues)) {}
  std::size_t size() const override { return eigenvalues_.size(); }
  double gradient(std::span<const double> theta, std::span<double> gradient) override;
  bool has_hessian_product() const override { return true; }
  void hessian_product(std::span<const double> theta, std::span<const double> direction,
                       std::span<double> product) override;
  int calls = 0;

 private:
  std::vector<double> eigenvalues_;
};

/// L = 1/2 |B M A - C|_F^2, theta = (B, A), all d x d row-major: quartic, with |A|_F^2 - |B|_F^2 conserved
/// when M = I. `seed` = 0: M = I and C = I; else both are I plus Gaussian noise.
class TwoLayer : public Differentiable {
 public:
  TwoLayer(std::size_t d, std::uint64_t seed, bool with_hessian = true);
  std::size_t size() const override { return 2 * d_ * d_; }
  double gradient(std::span<const double> theta, std::span<double> gradient) override;
  bool has_hessian_product() const override { return with_hessian_; }
  void hessian_product(std::span<const double> theta, std::span<const double> direction,
                       std::span<double> product) override;

 private:
  std::size_t d_;
  bool with_hessian_;
  std::vector<double> m_, c_;
};

/// A risk given by a function of (theta, gradient), without Hessian products.
class Custom : public Differentiable {
 public:
  using Function = std::function<double(std::span<const double>, std::span<double>)>;
  Custom(std::size_t size, Function function) : size_(size), function_(std::move(function)) {}
  std::size_t size() const override { return size_; }
  double gradient(std::span<const double> theta, std::span<double> gradient) override {
    return function_(theta, gradient);
  }

 private:
  std::size_t size_;
  Function function_;
};

/// Observes (flow time, risk, |g|, theta_0, |second half|^2 - |first half|^2).
class Probe : public flow::Observer {
 public:
  static constexpr std::size_t columns = 5;
  std::size_t size() const override { return columns; }
  void observe(double flow_time, std::span<const double> theta, double risk, std::span<const double> gradient,
               std::span<double> values) override;
};

/// n values: `scale` x standard normal numbers of the seed.
std::vector<double> random_vector(std::size_t n, double scale, std::uint64_t seed);
/// (0.1 I, 0.1 I) plus noise of standard deviation `perturbation`.
std::vector<double> near_diagonal(std::size_t d, double perturbation, std::uint64_t seed);

flow::Result run(Differentiable& risk, const std::vector<double>& start, const flow::Settings& settings);

inline constexpr flow::Integrator all[] = {flow::Integrator::bdf, flow::Integrator::adams,
                                           flow::Integrator::dormand_prince, flow::Integrator::euler};
inline constexpr flow::Integrator adaptive[] = {flow::Integrator::bdf, flow::Integrator::adams,
                                                flow::Integrator::dormand_prince};
inline std::string_view name(flow::Integrator integrator) {
  return flow::integrator_names[static_cast<int>(integrator)];
}

}  // namespace flowsweep::test

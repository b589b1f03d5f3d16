#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/differentiable.hpp"
#include "distribution/law.hpp"
#include "risk/context_sums.hpp"
#include "risk/moment_list.hpp"
#include "risk/population_kernel.hpp"

namespace flowsweep::risk {

/// Exact population risk of the one-layer linear causal attention model in (B, A) = (P1, Q21):
///
///   L(B, A) = sum_{t=2}^{T-1} 1/2 E || B S_t A x_t / (t-1) - x_{t+1} ||^2,   S_t = sum_{s<t} x_{s+1} x_s^*,
///
/// over x_1 = v and W = diag(lambda), lambda_j uniform on the unit circle. theta holds B, then A, each d x d
/// row-major (2 d^2 reals). For laws whose moments factorise over coordinates or depend on the powers only,
/// one gradient costs four d x d products (five for laws with odd moments) and O(d^2), whatever the context;
/// for any other law O(d^4) at most (risk/moment_list.hpp). Source: derived (docs/theory/mesa.md, "Exact
/// risk").
class PopulationRisk : public Differentiable {
 public:
  /// Throws std::invalid_argument for context < 3, and InputError for a law that is neither exchangeable nor
  /// independent and whose list of moments would exceed moment_list_limit.
  PopulationRisk(std::shared_ptr<const distribution::Law> law, std::int64_t context);

  std::size_t size() const override { return 2 * dimension_ * dimension_; }
  double gradient(std::span<const double> theta, std::span<double> gradient) override;
  /// 8 x 2^-52 H0 max_j E v_j^4 |theta|: the linear and the quadratic term, each of that size, cancel at the
  /// minimum.
  double gradient_rounding(std::span<const double> theta) const override;
  bool has_hessian_product() const override { return true; }
  void hessian_product(std::span<const double> theta, std::span<const double> direction,
                       std::span<double> product) override;

  const ContextSums& sums() const { return sums_; }

 private:
  std::size_t dimension_;
  ContextSums sums_;
  double fourth_moment_;
  std::unique_ptr<MomentList>
      list_;  ///< for a law that is neither exchangeable nor independent, else nullptr
  std::vector<double> factors_;
  struct Release {
    void operator()(double* pointer) const;
  };
  std::unique_ptr<double[], Release> work_;
  PopulationProblem problem_{};
  std::vector<double> last_theta_;  ///< point that the workspace is prepared for (empty: none)
  decltype(&baseline::population_gradient) gradient_ = nullptr;
  decltype(&baseline::population_product) product_ = nullptr;
};

/// The diagonal start of Assumption 3.1: B = b0 I, A = a0 I.
std::vector<double> diagonal_start(int dimension, double a0, double b0);

}  // namespace flowsweep::risk

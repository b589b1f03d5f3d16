#pragma once
#include <Eigen/Core>
#include <vector>

#include "model/linear_attention.hpp"
#include "risk/statistics_kernel.hpp"
#include "risk/sufficient_statistics.hpp"

namespace flowsweep::risk {

/// The risk of EmpiricalRisk, or its loss at the last step, from sufficient statistics: the same function up
/// to rounding, in the same layout. An evaluation reads the 64 d^6 doubles of the statistics once (d^6 where
/// they are of (B, A) alone), whatever the number of sequences and the context; a Hessian product likewise.
/// With statistics of (B, A) alone the other blocks count as 0 and have the gradient 0.
class PrecomputedRisk final : public Differentiable {
 public:
  /// `diagonal_mask` as in EmpiricalOptions.
  explicit PrecomputedRisk(SufficientStatistics statistics, bool diagonal_mask = false);

  /// Bytes of the statistics and of the workspace.
  static std::size_t bytes(std::size_t dimension, Trained trained = Trained::all);

  std::size_t size() const override;  ///< 12 d^2
  double gradient(std::span<const double> theta, std::span<double> gradient) override;
  /// 8 x 2^-52 max|h| |theta|: the linear and the quadratic term, each of that size, cancel at the minimum.
  double gradient_rounding(std::span<const double> theta) const override;
  bool has_hessian_product() const override { return true; }
  void hessian_product(std::span<const double> theta, std::span<const double> direction,
                       std::span<double> product) override;

 private:
  /// The real code of K and W, and what the form makes of them.
  struct Coded {
    LaneArray<double> left, right, left_result, right_result;
    explicit Coded(std::size_t m);
    static std::size_t bytes(std::size_t m);
  };
  model::LinearAttention read(std::span<const double> flat) const;
  void pass(Coded& coded) const;
  void prepare(std::span<const double> theta);
  model::LinearAttention linear_gradient(const model::LinearAttention& at) const;
  void write(const model::LinearAttention& gradient, std::span<double> flat) const;

  std::size_t dimension_;
  SufficientStatistics statistics_;
  bool diagonal_mask_;
  double largest_linear_;
  decltype(StatisticsKernel::pass) pass_;
  std::vector<double> last_theta_;  ///< point that `state_` holds (empty: none)
  Coded state_, change_;
};

}  // namespace flowsweep::risk

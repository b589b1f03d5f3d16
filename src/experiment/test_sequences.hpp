#pragma once
#include <memory>
#include <span>

#include "risk/empirical.hpp"
#include "risk/precomputed.hpp"
#include "sweep/grid.hpp"
#include "theory/mesa_setting.hpp"

namespace flowsweep::experiment {

/// The test sequences of a point of the empirical risk: what trained weights predict on sequences that they
/// have not seen, at the last test step.
class TestSequences {
 public:
  /// Draws the sequences; their losses are summed or precomputed as the cost model has it.
  TestSequences(const sweep::Point& point, const theory::MesaSetting& setting);

  /// Mean over sequences of 1/2 ||yhat_t - x_{t+1}||^2 at t = T-1.
  double last_loss(std::span<const double> theta);

  /// Mean over sequences and coordinates j of E_W[ yhat_{t,j} / x_{t+1,j} | v ] at t = T-1, real part,
  ///   Re B_jj [ A_jj v_j^2 + sum_{l != j} A_lj v_l v_j / (t-1) ],  B = P1, A = Q21 (no other block has
  ///   charge 0).
  /// The mean of the raw ratio does not exist: it has terms v_k / v_j. Source: derived.
  double ratio(std::span<const double> theta) const;

 private:
  std::size_t dimension_;
  std::int64_t context_;
  std::vector<double> second_moments_;  ///< means of v_l v_j
  std::unique_ptr<risk::EmpiricalRisk> direct_;
  std::unique_ptr<risk::PrecomputedRisk> precomputed_;
  std::vector<double> unused_gradient_;
};

/// nullptr if the point asks for none.
std::unique_ptr<TestSequences> test_sequences(const sweep::Point& point, const theory::MesaSetting& setting);

}  // namespace flowsweep::experiment

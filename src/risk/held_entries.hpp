#pragma once
#include <memory>
#include <vector>

#include "core/differentiable.hpp"

namespace flowsweep::risk {

/// A risk as a function of some of its parameters: those of the positions `held` keep the values they have in
/// `start`, whatever theta says. Their gradient is 0, so that a flow from `start` leaves them there; the
/// Hessian is that of the risk with the rows and columns of the held parameters set to 0.
class HeldEntries final : public Differentiable {
 public:
  HeldEntries(std::unique_ptr<Differentiable> risk, std::vector<double> start, std::vector<std::size_t> held);

  std::size_t size() const override { return risk_->size(); }
  double gradient(std::span<const double> theta, std::span<double> gradient) override;
  double gradient_rounding(std::span<const double> theta) const override;
  bool has_hessian_product() const override { return risk_->has_hessian_product(); }
  void hessian_product(std::span<const double> theta, std::span<const double> direction,
                       std::span<double> product) override;

 private:
  std::vector<double> with(std::span<const double> vector, double factor) const;

  std::unique_ptr<Differentiable> risk_;
  std::vector<double> start_;
  std::vector<std::size_t> held_;
};

/// Positions of the off-diagonal entries of B and A in the layout (B, A), both d x d row-major.
std::vector<std::size_t> off_diagonal_entries(std::size_t dimension);

/// The same of P1 and Q21 in the real layout of all blocks (risk/full_population.hpp).
std::vector<std::size_t> full_off_diagonal_entries(std::size_t dimension);

/// Positions of P2, Q11, Q12 and Q22 in the complex layout of all blocks (model/linear_attention.hpp).
std::vector<std::size_t> other_block_entries(std::size_t dimension);

}  // namespace flowsweep::risk

#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "core/differentiable.hpp"
#include "distribution/law.hpp"
#include "risk/alignment.hpp"

namespace flowsweep::risk {

/// The population risk in all blocks of FullPopulationRisk for any law, term by term: a list of every
/// combination of entries whose moment and phase count are not zero. Work and memory grow with d^6: for small
/// dimensions.
class EnumeratedPopulationRisk final : public Differentiable {
 public:
  static constexpr std::size_t most_terms = 20'000'000;

  /// Throws std::invalid_argument if context < 3 or there are more than most_terms terms.
  EnumeratedPopulationRisk(const distribution::Law& law, std::int64_t context);

  std::size_t size() const override { return 6 * dimension_ * dimension_; }
  double gradient(std::span<const double> theta, std::span<double> gradient) override;
  double gradient_rounding(std::span<const double> theta) const override;
  bool has_hessian_product() const override { return true; }
  void hessian_product(std::span<const double> theta, std::span<const double> direction,
                       std::span<double> product) override;

 private:
  struct Term {
    std::uint32_t gram, left, right;  ///< positions in P^T P (2d x 2d) and in Q
    double coefficient;
  };

  std::size_t dimension_;
  double rounding_;
  Alignment alignment_;
  std::vector<Term> terms_;
};

}  // namespace flowsweep::risk

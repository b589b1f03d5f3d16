#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/differentiable.hpp"
#include "distribution/law.hpp"
#include "risk/alignment.hpp"

namespace flowsweep::risk {

/// The most terms of a law in this dimension, and how many a sweep may ask for.
std::size_t enumerated_terms(int dimension);
inline constexpr std::size_t most_enumerated_terms = 6'000'000;  // 144 MB, d = 10

/// What is wrong with more, in words.
std::string too_many_enumerated_terms(int dimension);

/// The population risk in all blocks of FullPopulationRisk for any law, term by term: a list of every
/// combination of entries whose moment and phase count are not zero. Work and memory grow with d^6 at worst:
/// for small dimensions.
class EnumeratedPopulationRisk final : public Differentiable {
 public:
  /// Throws std::invalid_argument if context < 3.
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

#pragma once
#include <vector>

#include "distribution/law.hpp"

namespace flowsweep::distribution {

/// Finitely many points of R^d with probabilities in proportion to their weights.
struct PointTable {
  /// From the registry's parameters: a scale that multiplies every point, then for each point its d
  /// coordinates and its weight.
  PointTable(int dimension, std::span<const double> scale_and_rows);
  std::size_t draw(CounterRng& rng) const;  ///< index of a point
  std::span<const double> point(std::size_t index) const {
    return {coordinates.data() + index * dimension, dimension};
  }

  std::size_t dimension;
  std::vector<double> coordinates;    ///< [point][d]
  std::vector<double> probabilities;  ///< [point], sum 1
  std::vector<double> cumulative;     ///< [point]
};

/// v one of finitely many atoms: any finite law. Moments by enumeration.
class FiniteLaw : public Law {
 public:
  FiniteLaw(int dimension, std::span<const double> scale_and_rows) : atoms_(dimension, scale_and_rows) {}
  int dimension() const override { return static_cast<int>(atoms_.dimension); }
  double moment(std::span<const Factor> factors) const override;
  bool exchangeable() const override { return atoms_.dimension == 1; }
  bool independent() const override { return atoms_.dimension == 1; }
  void sample(CounterRng& rng, std::span<double> v) const override;

 private:
  PointTable atoms_;
};

/// v with magnitudes |v_1|, .., |v_d| from finitely many patterns and independent uniform signs: moments with
/// an odd power are 0.
class SignedPairsLaw : public Law {
 public:
  SignedPairsLaw(int dimension, std::span<const double> scale_and_rows)
      : patterns_(dimension, scale_and_rows) {}
  int dimension() const override { return static_cast<int>(patterns_.dimension); }
  double moment(std::span<const Factor> factors) const override;
  bool exchangeable() const override { return patterns_.dimension == 1; }
  bool independent() const override { return patterns_.dimension == 1; }
  void sample(CounterRng& rng, std::span<double> v) const override;

 private:
  PointTable patterns_;
};

/// Rows must be whole and their weights positive; magnitudes must not be negative.
std::optional<LawFault> finite_fault(int dimension, std::span<const double> scale_and_rows);
std::optional<LawFault> signed_pairs_fault(int dimension, std::span<const double> scale_and_rows);

}  // namespace flowsweep::distribution

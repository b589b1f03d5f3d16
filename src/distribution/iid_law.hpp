#pragma once
#include <array>
#include <functional>

#include "distribution/law.hpp"

namespace flowsweep::distribution {

/// Independent, identically distributed coordinates, given by the raw moments of one and a sampler of one.
class IidLaw : public Law {
 public:
  /// raw[n] = E v_j^n, n = 0..12 (raw[0] = 1).
  using RawMoments = std::array<double, 13>;
  using Sampler = std::function<double(CounterRng&)>;

  /// finite_degree: moments of one coordinate of degree below it are finite.
  IidLaw(int dimension, const RawMoments& raw, Sampler sampler,
         double finite_degree = std::numeric_limits<double>::infinity());

  int dimension() const override { return dimension_; }
  double moment(std::span<const Factor> factors) const override;
  bool exchangeable() const override { return true; }
  bool independent() const override { return true; }
  double finite_degree() const override { return finite_degree_; }
  void sample(CounterRng& rng, std::span<double> v) const override;

 private:
  int dimension_;
  RawMoments raw_;
  Sampler sampler_;
  double finite_degree_;
};

/// Raw moments s^n raw[n] of s times a variable.
IidLaw::RawMoments scaled(const IidLaw::RawMoments& raw, double scale);

}  // namespace flowsweep::distribution

#pragma once
#include <array>
#include <vector>

#include "flow/dormand_prince_tableau.hpp"
#include "flow/stepper.hpp"

namespace flowsweep::flow {

/// One trial step of theta' = -grad L by Dormand-Prince 5(4), and its continuous extension. Knows no step
/// control.
class DormandPrinceStep {
 public:
  /// Evaluates the gradient at `start`.
  DormandPrinceStep(Field& field, std::span<const double> start);
  /// Takes -grad L and |grad L| at `start` as given.
  DormandPrinceStep(Field& field, std::span<const double> start, std::span<const double> rate,
                    double gradient_norm);

  /// Computes y1 = theta(t + h) and the error estimate. False if a stage was not finite.
  bool attempt(double h);
  /// Root mean square over components of error_i / (absolute + relative max(|y0_i|, |y1_i|)).
  double error(double relative, double absolute) const;
  /// Makes y1 the state; interpolate() then speaks of the step just accepted.
  void accept();
  /// theta at the fraction s in [0, 1] of the accepted step.
  void interpolate(double s, std::span<double> theta) const;

  std::span<const double> theta() const { return theta_; }
  std::span<const double> rate() const { return stages_[0]; }
  /// |grad L| at theta().
  double gradient_norm() const { return norm_; }
  double previous_step() const { return previous_step_; }

 private:
  DormandPrinceStep(std::span<const double> start, Field& field);  ///< evaluates nothing
  double evaluate(std::span<const double> theta, std::span<double> rate);
  void combine(std::span<const double> weights, std::span<double> sum) const;

  Field& field_;
  double step_ = 0;
  double previous_step_ = 0;
  double norm_ = 0;
  double trial_norm_ = 0;
  std::vector<double> theta_;
  std::vector<double> trial_;
  std::vector<double> error_;
  std::array<std::vector<double>, dormand_prince_tableau::stages> stages_;
  std::array<std::vector<double>, 5> dense_;  ///< y0, D, K, D - h k_6 - K, h sum d_i k_i
};

}  // namespace flowsweep::flow

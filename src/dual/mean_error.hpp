#pragma once
#include <cmath>

namespace flowsweep::dual {

/// A mean over independent draws and its standard error.
struct MeanError {
  double mean;
  double standard_error;
};

/// Running mean and squared deviations (Welford), in the order of the draws.
class RunningMean {
 public:
  void add(double value) {
    ++count_;
    const double change = value - mean_;
    mean_ += change / count_;
    squares_ += change * (value - mean_);
  }

  /// NaN as standard error of fewer than two draws.
  MeanError result() const { return {mean_, std::sqrt(squares_ / (count_ - 1) / count_)}; }

 private:
  int count_ = 0;
  double mean_ = 0, squares_ = 0;
};

}  // namespace flowsweep::dual

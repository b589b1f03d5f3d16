#pragma once
#include <vector>

#include "flow/state.hpp"
#include "flow/stepper.hpp"

namespace flowsweep::flow {

/// Rows of a trajectory whose end time is unknown while it is recorded.
///
/// Without record_times: states are kept at t_k = t_1 r^k. When 2 x records of them are held, every second
/// one is dropped and r squared; at the end they are thinned evenly in log t to records rows, first and last
/// included. Only states are kept on the way: risk, gradient and observables are computed for the final rows
/// alone. Memory: 2 x records x n doubles.
class Recorder {
 public:
  /// `gradient_norm` is that at `start`; it sets t_1 = 0.01 |theta| / |g|.
  Recorder(const Settings& settings, std::span<const double> start, double gradient_norm);
  /// Goes on from records() of `size` parameters.
  Recorder(const Settings& settings, const Records& records, std::size_t size);

  const Records& records() const { return records_; }
  /// Whether a recorder can hold these at `flow_time`, and will come to an end with them.
  static bool could_hold(const Records& records, double flow_time, std::size_t size,
                         const Settings& settings);

  /// Keeps every due state of the step just taken.
  void passed(const Stepper& stepper);

  /// Evaluates the rows (start, kept, `end`) into result.trajectory, .finals, .risk and .gradient_norm.
  void finish(Differentiable& risk, Observer& observer, double end_time, std::span<const double> end,
              Result& result);

 private:
  double next_time() const;
  bool records_nothing() const;
  void keep(const Stepper& stepper, double time);
  void halve();
  void thin();
  std::span<const double> row(std::size_t k) const { return {records_.states.data() + k * size_, size_}; }
  void select(const std::vector<std::size_t>& rows);

  const Settings& settings_;
  std::size_t size_;
  bool geometric_;
  double ratio_ = 1;
  Records records_;
};

}  // namespace flowsweep::flow

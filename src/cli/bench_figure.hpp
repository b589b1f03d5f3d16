#pragma once
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace flowsweep::cli {

/// One measured quantity: the median of several repetitions, with the smallest and the largest.
struct Figure {
  std::string key;   ///< in the JSON output
  std::string what;  ///< "population gradient"
  std::string size;  ///< "d=5"
  std::string unit;  ///< of the three numbers below
  double median = 0, smallest = 0, largest = 0;
  int repetitions = 0;
  std::vector<std::pair<std::string, double>> counts;  ///< what goes with it: evaluations, bytes, ratios

  double count(const std::string& name) const;  ///< throws std::out_of_range
};

/// How often a figure is repeated, and for how long at least each time.
struct Repetition {
  int times = 5;
  double seconds = 0;  ///< the work is repeated within one repetition until this has passed
};

/// Fills in the three numbers: seconds of one call of `work`, times `units_a_second`. One call before the
/// first repetition is not counted.
void time_work(Figure& figure, const Repetition& repetition, double units_a_second,
               const std::function<void()>& work);

/// The same from given samples.
void summarise(Figure& figure, std::vector<double> samples);

/// Bytes by which the process's resident memory rose at its peak during `work`; NaN where the system does not
/// tell (Linux: /proc/self).
double peak_growth(const std::function<void()>& work);

}  // namespace flowsweep::cli

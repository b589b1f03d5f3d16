#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace flowsweep::verify {

/// Replicates of one number of sequences.
struct Gap {
  std::int64_t sequences;
  double mean;              ///< of ab - predicted
  double deviation;         ///< of one run
  double root_mean_square;  ///< of ab - predicted
};

/// A slope in log-log coordinates with a 99 % interval.
struct Exponent {
  double value = 0, half_width = 0;
};

/// The law of the gap to the predicted limit over settings that differ in `sequences` alone, against N^-1/2.
/// The spread is what sampling predicts to fall so; the root mean square also has the mean of the gap, the
/// bias, which falls faster and steepens it where N is small.
///
/// Least-squares slopes of the logarithm against log N, weighted by the runs less one. Each size's variance
/// of the logarithm is the jackknife's over its runs, because gaps of sixth moments are not normal; Student's
/// t with the runs less the sizes as degrees of freedom.
struct GapLaw {
  std::string in_words;
  std::vector<Gap> gaps;  ///< by increasing N
  Exponent spread, root_mean_square;
  bool agrees() const;    ///< -1/2 lies in the interval of the spread
  bool resolves() const;  ///< its half width is below 1/4: it tells -1/2 from -1/4 and from -3/4
};

/// The differences ab - predicted of each number of sequences, in increasing order; at least three runs each.
GapLaw gap_law(const std::vector<std::pair<std::int64_t, std::vector<double>>>& differences);

}  // namespace flowsweep::verify

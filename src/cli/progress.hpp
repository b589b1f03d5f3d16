#pragma once
#include <cstdio>
#include <string>

#include "schedule/run.hpp"

namespace flowsweep::cli {

/// "0.43 s", "12 s", "3 min 20 s", "2 h 05 min", "3 d 04 h"; "unknown" if not finite.
std::string duration_text(double seconds);

/// Seconds to the end: the elapsed time scaled by predicted cost left over predicted cost done. NaN before
/// the first point is done.
double remaining_seconds(const schedule::Progress& progress);

/// "[#####.....]  52 %  210/400 points  35.1 points/s  5 s left"; the percentage is of the predicted cost.
std::string progress_bar(const schedule::Progress& progress);
/// The same without the bar.
std::string progress_line(const schedule::Progress& progress);

/// Shows progress on a stream: a bar drawn in place on a terminal, else a line for every tenth of the work,
/// at most thirty seconds apart.
class ProgressDisplay {
 public:
  ProgressDisplay(std::FILE* stream, bool terminal) : stream_(stream), terminal_(terminal) {}
  void show(const schedule::Progress& progress);
  void say(const std::string& line);  ///< a line for the user, above the bar

 private:
  void write(const std::string& text);
  bool line_due(const schedule::Progress& progress);

  std::FILE* stream_;
  bool terminal_;
  int tenth_ = 0;         ///< tenths of the work already reported
  double last_line_ = 0;  ///< elapsed seconds at the last line
};

}  // namespace flowsweep::cli

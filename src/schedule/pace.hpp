#pragma once
#include <algorithm>
#include <chrono>

namespace flowsweep::schedule {

/// How long to sleep between two looks for messages: short after an event, doubling to a longest sleep.
///
/// A wake-up costs about 20 us of processor time, which a rank that computes takes from its points: 250 a
/// second are 0.5 %. A rank without points has its core for itself and looks more often.
class Pace {
 public:
  static constexpr std::chrono::microseconds shortest{100}, longest_idle{500}, longest_computing{4000};

  std::chrono::microseconds next(bool event, bool idle) {
    sleep_ = event ? shortest : std::min(2 * sleep_, idle ? longest_idle : longest_computing);
    return sleep_;
  }

 private:
  std::chrono::microseconds sleep_ = shortest;
};

}  // namespace flowsweep::schedule

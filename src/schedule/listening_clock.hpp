#pragma once
#include <algorithm>
#include <chrono>

namespace flowsweep::schedule {

/// The time that this process has listened for messages. A rank that was suspended itself, with the whole job
/// perhaps, has not listened meanwhile: the silence of the others says nothing about them.
class ListeningClock {
 public:
  using Clock = std::chrono::steady_clock;
  /// Longer gaps between two looks are counted as this long.
  static constexpr Clock::duration longest_gap = std::chrono::milliseconds(500);

  /// To be called at every look for messages.
  Clock::duration advance(Clock::time_point now = Clock::now()) {
    listened_ += std::min(now - last_, longest_gap);
    last_ = now;
    return listened_;
  }
  Clock::duration listened() const { return listened_; }

  explicit ListeningClock(Clock::time_point start = Clock::now()) : last_(start) {}

 private:
  Clock::time_point last_;
  Clock::duration listened_{};
};

/// How often a rank sends something, if only a sign of life, so that a delayed one or two do no harm.
inline std::chrono::steady_clock::duration sign_of_life_interval(std::chrono::milliseconds heartbeat) {
  return std::min<std::chrono::steady_clock::duration>(std::chrono::seconds(1), heartbeat / 4);
}

}  // namespace flowsweep::schedule

#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "schedule/compute_thread.hpp"
#include "schedule/mailbox.hpp"
#include "schedule/pace.hpp"
#include "schedule/policy.hpp"
#include "schedule/run.hpp"

namespace flowsweep::schedule {

/// Rank 0: hands out the rows, to its own compute thread without messages, and follows who has done what.
class Controller {
 public:
  Controller(int ranks, std::span<const std::size_t> rows, std::span<const double> costs,
             const Payload& payload, const Options& options);
  Outcome run();  ///< returns when every worker has stopped

 private:
  using Clock = ComputeThread::Clock;

  /// One computing rank as rank 0 knows it.
  struct Member {
    std::vector<CostedRow> outstanding;  ///< handed out and not reported done, in order
    std::uint64_t done = 0;
  };

  bool receive_all();
  void handle(const Envelope& letter);
  void handle(int rank, const Report& report);
  std::vector<CostedRow> assign(Member& member);
  void send_chunk(int rank);
  void attend_own_thread();
  void confirm(Member& member, std::uint64_t done);
  void ask_for_stop();
  void show_progress(bool at_end);
  void guarded(const std::function<void()>& callback);
  void fail(const std::string& what);
  void stop();
  bool all_stopped() const;
  void send_all(Command::Kind kind);

  Mailbox mailbox_;
  Policy policy_;
  ComputeThread compute_;
  const Options& options_;
  Pace pace_;
  std::vector<Member> members_;  ///< [rank]
  bool stopping_ = false;
  std::size_t stopped_workers_ = 0;
  Progress progress_;
  std::string error_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_progress_{};
};

}  // namespace flowsweep::schedule

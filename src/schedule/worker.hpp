#pragma once
#include "schedule/compute_thread.hpp"
#include "schedule/mailbox.hpp"
#include "schedule/run.hpp"

namespace flowsweep::schedule {

/// A rank other than 0: asks rank 0 for chunks, computes them, reports.
class Worker {
 public:
  Worker(int ranks, const Payload& payload);
  Outcome run();  ///< returns when rank 0 has declared the run over

 private:
  using Clock = ComputeThread::Clock;

  bool receive_all();
  void handle(const Envelope& letter);
  bool report_if_due();
  void send_report(std::size_t done, bool wants_chunk);

  Mailbox mailbox_;
  ComputeThread compute_;
  const Clock::duration report_interval_;
  Clock::time_point last_report_ = Clock::now();
  std::size_t reported_done_ = 0;
  bool stopping_ = false;  ///< told to stop
  bool stopped_ = false;   ///< and has done so, and said so
  bool finished_ = false;  ///< told to leave
  bool chunk_requested_ = false;
  bool failure_sent_ = false;
};

}  // namespace flowsweep::schedule

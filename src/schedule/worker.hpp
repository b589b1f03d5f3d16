#pragma once
#include <string>

#include "schedule/compute_thread.hpp"
#include "schedule/listening_clock.hpp"
#include "schedule/mailbox.hpp"
#include "schedule/pace.hpp"
#include "schedule/run.hpp"

namespace flowsweep::schedule {

/// A rank other than 0: asks rank 0 for chunks, computes them, reports.
class Worker {
 public:
  Worker(int ranks, Work& work, const Options& options);
  /// Returns when rank 0 has declared the run over. Leaves the process, with exit code 75, when rank 0 is not
  /// heard any more or has given this rank up.
  Outcome run();

 private:
  using Clock = ComputeThread::Clock;

  void look();
  bool receive_all();
  void greet();
  void handle(const Envelope& letter);
  void handle(const Piece& piece);
  void obey(Command::Kind kind);
  void watch_controller();
  void watch_stop();
  void stop();
  void leave_if_idle(const ComputeThread::Status& status);
  bool report_if_due();
  void send_findings();
  void send_report(const ComputeThread::Status& status, bool wants_chunk);
  void say_goodbye();
  [[noreturn]] void desert(const std::string& why);
  [[noreturn]] void leave_process(const std::string& why);

  Work& work_;
  const Options& options_;
  const Clock::duration sign_of_life_, report_interval_;
  Mailbox mailbox_;
  ListeningClock listening_;
  Clock::duration heard_{};  ///< on the listening clock: of rank 0
  Interruption interruption_;
  ComputeThread compute_;
  Pace pace_;
  Clock::time_point last_report_ = Clock::now();
  std::string settings_;
  std::size_t reported_done_ = 0;
  bool greeted_ = false;
  bool joining_ = false;    ///< all settings are there
  bool signalled_ = false;  ///< a signal asked to stop
  bool signal_reported_ = false;
  bool stopping_ = false;  ///< starts no row any more
  bool leaving_ = false;   ///< Work::leave() has been called
  bool stopped_ = false;   ///< and has returned
  bool finished_ = false;  ///< told to go
  bool abandoned_ = false;
  bool chunk_requested_ = false;
  bool failure_sent_ = false;
};

}  // namespace flowsweep::schedule

#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "schedule/compute_thread.hpp"
#include "schedule/ledger.hpp"
#include "schedule/mailbox.hpp"
#include "schedule/pace.hpp"
#include "schedule/roster.hpp"
#include "schedule/run.hpp"

namespace flowsweep::schedule {

/// Rank 0: leads the job through its phases, hands out the rows, to its own compute thread without messages,
/// and gives silent ranks up.
class Controller {
 public:
  Controller(int ranks, Work& work, const Options& options);
  Outcome run();  ///< returns when every living worker has said good-bye

 private:
  using Clock = ComputeThread::Clock;
  enum class Phase {
    gathering,   ///< until every rank has greeted or was given up
    preparing,   ///< Work::prepare() on the compute thread
    running,     ///< rows are handed out
    stopping,    ///< running rows end
    leaving,     ///< Work::leave() of this rank and of the others
    concluding,  ///< Work::conclude()
    finishing,   ///< the others say good-bye
    over,
  };

  void look();
  bool receive_all();
  void handle(const Envelope& letter);
  void handle(int rank, const Hello& hello);
  void handle(int rank, const Report& report);
  void handle(int rank, const Finding& finding);
  void send(int rank, const auto& message);
  void send_all(Command::Kind kind);
  void send_pieces(int rank);
  void send_chunk(int rank);

  void advance();
  void gather();
  void take_preparation();
  void hand_out();
  void feed_own_thread();
  bool stalled();
  void stop();
  void leave();
  void conclude();
  void finish();

  void attend_own_thread();
  void confirm(int rank, std::uint64_t done, double busy_seconds);
  void watch_ranks();
  void give_up(int rank, const std::string& why, bool at_work);
  void requeue_rows_of(int rank, bool at_work);
  void set_aside(const Ledger::Suspect& suspect);
  void watch_stop();
  CostLimits limits() const;
  bool others_served() const;
  void enforce_stop();
  std::string reason_of_stall() const;
  Outcome outcome();
  void show_progress(bool at_end);
  void guarded(const std::function<void()>& callback);
  void fail(const Error& error);
  void notice(const std::string& text);

  Work& work_;
  const Options& options_;
  const Clock::duration sign_of_life_;
  Mailbox mailbox_;
  Roster roster_;
  ListeningClock listening_;
  Interruption interruption_;
  ComputeThread compute_;
  Pace pace_;
  Phase phase_ = Phase::gathering;
  Preparation plan_;
  std::optional<Ledger> ledger_;  ///< from `running` on
  std::vector<int> waiting_;      ///< ranks whose request for rows is open
  bool stop_wanted_ = false;      ///< asked for by a signal of any rank
  Error error_;
  Clock::time_point start_, stop_start_, last_progress_{}, last_watch_{};
};

}  // namespace flowsweep::schedule

#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "schedule/listening_clock.hpp"

namespace flowsweep::schedule {

/// The other ranks of a job as rank 0 knows them: who lives, and how far each is in the protocol.
class Roster {
 public:
  using Clock = ListeningClock::Clock;

  struct Member {
    std::string host = "an unknown host";
    std::int64_t offer = 0;
    bool greeted = false;        ///< has said that it is there
    bool lost = false;           ///< given up
    bool asked = false;          ///< has asked for rows
    bool waiting = false;        ///< has asked for rows and was given none yet
    bool stopped = false;        ///< has obeyed the order to stop
    bool gone = false;           ///< has said good-bye
    std::size_t sent = 0;        ///< bytes of the settings
    std::size_t received = 0;    ///< of these it has acknowledged
    std::string findings;        ///< bytes of Work::findings() of which more is to come
    Clock::duration heard{};     ///< on the listening clock
    Clock::time_point spoken{};  ///< when it was last sent something
  };

  explicit Roster(int ranks) : members_(static_cast<std::size_t>(ranks)) {}

  std::size_t size() const { return members_.size(); }  ///< of the job, rank 0 included
  Member& operator[](int rank) { return members_[static_cast<std::size_t>(rank)]; }

  /// The ranks, from 1, that live.
  std::vector<int> living() const;
  std::size_t lost() const;
  /// Whether `member` holds of every living rank.
  bool all(bool Member::*member) const;
  /// Living ranks, of which nothing was heard for `limit` up to `listened`; those that left need not be
  /// heard.
  std::vector<int> silent(Clock::duration listened, Clock::duration limit) const;
  /// The smallest offer, `own` among them.
  int lowest_offer(int own) const;

 private:
  template <class Predicate>
  std::vector<int> where(Predicate predicate) const;

  std::vector<Member> members_;  ///< [rank]; [0] is not used
};

}  // namespace flowsweep::schedule

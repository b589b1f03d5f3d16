#include "schedule/roster.hpp"

#include <algorithm>

namespace flowsweep::schedule {

template <class Predicate>
std::vector<int> Roster::where(Predicate predicate) const {
  std::vector<int> ranks;
  for (std::size_t rank = 1; rank < members_.size(); ++rank)
    if (!members_[rank].lost && predicate(members_[rank])) ranks.push_back(static_cast<int>(rank));
  return ranks;
}

std::vector<int> Roster::living() const {
  return where([](const Member&) { return true; });
}

std::size_t Roster::lost() const {
  return static_cast<std::size_t>(std::ranges::count(members_, true, &Member::lost));
}

bool Roster::all(bool Member::*member) const {
  return std::all_of(members_.begin() + 1, members_.end(),
                     [&](const Member& m) { return m.lost || m.*member; });
}

std::vector<int> Roster::silent(Clock::duration listened, Clock::duration limit) const {
  return where([&](const Member& m) { return !m.gone && listened - m.heard >= limit; });
}

int Roster::lowest_offer(int own) const {
  std::int64_t lowest = own;
  for (std::size_t rank = 1; rank < members_.size(); ++rank)
    if (!members_[rank].lost) lowest = std::min(lowest, members_[rank].offer);
  return static_cast<int>(lowest);
}

}  // namespace flowsweep::schedule

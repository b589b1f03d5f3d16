#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "sweep/field.hpp"

namespace flowsweep::sweep {

/// A share of a sweep's points: those whose id leaves the remainder index - 1 when divided by count. Shares
/// of one count are disjoint and make up the sweep; a share is a property of the ids alone, so that a larger
/// sweep keeps each point in its share.
struct Shard {
  std::uint64_t index = 1;  ///< 1 <= index <= count
  std::uint64_t count = 1;

  bool holds(std::uint64_t id) const { return id % count == index - 1; }
  bool whole() const { return count == 1; }
};

/// More shards than a job array has tasks anywhere.
inline constexpr std::int64_t most_shards = 1'000'000;

/// Reads "I/N"; throws InputError unless 1 <= I <= N <= most_shards.
Shard parse_shard(std::string_view text, const Field& field);

std::string to_text(const Shard& shard);

/// The text of a sweep without what makes it one share: `shard = I/N` at the top and the directive
/// "#! set shard=I/N". The texts of all shares of a sweep become equal; each line ends in a line feed.
std::string without_shard(const std::string& text);

}  // namespace flowsweep::sweep

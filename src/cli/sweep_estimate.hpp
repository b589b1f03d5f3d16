#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "cli/stored_theorems.hpp"
#include "sweep/grid.hpp"

namespace flowsweep::cli {

inline constexpr std::int64_t most_ranks = 1'000'000;

/// What a sweep takes, whatever the number of ranks.
struct SweepEstimate {
  std::vector<double> costs;   ///< [row] predicted seconds on one core
  std::uint64_t store_bytes;   ///< of a new store
  std::uint64_t free_bytes;    ///< where it would lie
  std::uint64_t memory_bytes;  ///< resident, of a rank
};

/// Throws InputError if the folder of `store` cannot be examined.
SweepEstimate estimate(const sweep::Sweep& sweep, const Theorems& theorems, const std::string& store);

}  // namespace flowsweep::cli

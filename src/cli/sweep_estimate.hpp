#pragma once
#include <cstdint>
#include <span>
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

/// Throws InputError, naming `file` and the key that takes most, if one of the points `rows` needs more than
/// the `present` bytes of memory.
void require_memory(const sweep::Grid& grid, std::span<const std::size_t> rows, const std::string& file,
                    std::uint64_t present);

}  // namespace flowsweep::cli

#pragma once
#include <iosfwd>

#include "core/error.hpp"
#include "schedule/mpi.hpp"

namespace flowsweep::cli {

/// How much to measure.
struct BenchOptions {
  bool json = false;
  bool quick = false;  ///< small sizes and few repetitions: for tests
};

/// Measures the engine on one core (of the first rank) and prints a table, or with `json` an object with the
/// keys `machine` and `measurements`. Each figure is the median of several repetitions with the smallest and
/// the largest. Stores made on the way are temporary files.
ExitCode bench(const schedule::Mpi& mpi, const BenchOptions& options, std::ostream& out);

}  // namespace flowsweep::cli

#pragma once
#include <iosfwd>

#include "schedule/mpi.hpp"

namespace flowsweep::cli {

/// How much to measure.
struct BenchOptions {
  bool json = false;
  bool quick = false;  ///< small sizes and few repetitions: for tests
};

/// Measures the engine on one core and prints a list, or with `json` one object: `machine`, and
/// `measurements` by key, each with what, size, unit, median, smallest, largest, repetitions and counts.
/// `mpi` has one rank. Stores made on the way are temporary files.
void bench(const schedule::Mpi& mpi, const BenchOptions& options, std::ostream& out);

}  // namespace flowsweep::cli

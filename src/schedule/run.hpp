#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace flowsweep::schedule {

/// RAII for MPI_Init_thread(MPI_THREAD_FUNNELED)/MPI_Finalize. A single process outside mpirun needs no launcher: the
/// singleton is started isolated (no daemon).
class Mpi {
 public:
  Mpi(int& argc, char**& argv);
  ~Mpi();
  int rank() const;
  int ranks() const;
  /// Collective: rank 0's text on every rank.
  std::string broadcast(std::string text) const;
  /// Collective: smallest value over ranks.
  int minimum(int value) const;
};

/// The opaque payload: runs the point of one row and commits it. Called on the compute thread of each rank.
using Payload = std::function<void(std::size_t row)>;

/// Progress as rank 0 sees it.
struct Progress {
  std::size_t done = 0, total = 0;
  double done_cost = 0, total_cost = 0;  ///< predicted seconds
  double elapsed = 0;                    ///< seconds
};

struct Options {
  std::function<void(const Progress&)> on_progress;  ///< rank 0, at most 10 times a second; may be empty
  std::function<bool()> stop_requested;              ///< polled on rank 0; true: drain (finish running points, start none)
};

struct Outcome {
  std::size_t done = 0;      ///< rows whose payload returned
  bool complete = false;     ///< every row done
  std::size_t messages = 0;  ///< sent and received by rank 0
  std::string error;         ///< first exception text of a payload on any rank, empty if none
};

/// Collective. Rank 0 gives `rows` and `costs` (other ranks give empty spans); each rank has a compute thread that calls
/// `payload`, the main thread of each rank does MPI. Returns when every row is done or the run was stopped.
Outcome run(const Mpi& mpi, std::span<const std::size_t> rows, std::span<const double> costs, const Payload& payload,
            const Options& options);

}  // namespace flowsweep::schedule

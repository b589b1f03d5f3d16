#pragma once
#include <string>

namespace flowsweep::schedule {

/// The process's membership in an MPI job: MPI_Init_thread(MPI_THREAD_FUNNELED) to MPI_Finalize. One object a
/// process, made and used on the main thread.
///
/// A process that no launcher started is a job of one rank, begun without daemons or network.
/// A failing MPI call throws std::runtime_error with the call's text. Destruction while an exception is
/// passing aborts a job of several ranks, because the other ranks would wait for this one for ever: report
/// errors before that.
class Mpi {
 public:
  Mpi(int& argc, char**& argv);
  ~Mpi();
  Mpi(const Mpi&) = delete;
  Mpi& operator=(const Mpi&) = delete;

  int rank() const { return rank_; }
  int ranks() const { return ranks_; }

  std::string broadcast(std::string text) const;  ///< Collective: rank 0's text on every rank.
  int minimum(int value) const;                   ///< Collective: smallest value over ranks.

  /// Ends every rank of the job at once with this exit code.
  [[noreturn]] void abort(int code) const;

 private:
  int rank_ = 0;
  int ranks_ = 1;
  int exceptions_at_start_;
};

}  // namespace flowsweep::schedule

#pragma once
#include <chrono>

namespace flowsweep::schedule {

/// The process's membership in an MPI job: MPI_Init_thread(MPI_THREAD_FUNNELED) to MPI_Finalize. One object a
/// process, made and used on the main thread.
///
/// A process that no launcher started is a job of one rank, begun without daemons or network.
/// A failing MPI call throws std::runtime_error with the call's text. Destruction while an exception is
/// passing aborts a job of several ranks, because the other ranks would wait for this one for ever: report
/// errors before that. Beginning and end have a deadline, because both wait for the other ranks, which may be
/// dead: then the process ends.
class Mpi {
 public:
  /// The default of `longest_init`: MPI_Init has taken seconds on the largest machines.
  Mpi(int& argc, char**& argv, std::chrono::milliseconds longest_init = std::chrono::seconds(60));
  ~Mpi();
  Mpi(const Mpi&) = delete;
  Mpi& operator=(const Mpi&) = delete;

  int rank() const { return rank_; }
  int ranks() const { return ranks_; }

  /// Ends the membership, in a job that has lost no rank; a process that hangs in it ends with `code`.
  void finalize(int code);
  /// Ends every rank of the job at once with this exit code.
  [[noreturn]] void abort(int code) const;
  /// Leaves the process, soon after the abort() of another rank.
  [[noreturn]] void await_abort() const;

 private:
  int rank_ = 0;
  int ranks_ = 1;
  int exceptions_at_start_;
  bool finalized_ = false;
};

}  // namespace flowsweep::schedule

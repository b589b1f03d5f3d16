#include "cli/job_end.hpp"

#include <csignal>
#include <cstdio>
#include <exception>

#include "cli/report.hpp"
#include "store/hdf5_library.hpp"

namespace flowsweep::cli {
namespace {

ExitCode code_of(const JobEnd& end) {
  if (end.outcome.error.empty()) return end.code;
  const bool defect = end.outcome.code == ExitCode::internal_error;
  report("flowsweep: {}{}\n", defect ? "internal error: " : "", end.outcome.error);
  return end.outcome.code;
}

ExitCode end_job(schedule::Mpi& mpi, const JobEnd& end) {
  if (end.outcome.abandoned) mpi.await_abort();
  const ExitCode code = mpi.rank() == 0 ? code_of(end) : ExitCode::success;
  std::fflush(stdout);  // what was printed outlives an abort
  if (end.outcome.lost > 0) mpi.abort(static_cast<int>(code));
  mpi.finalize(static_cast<int>(code));
  return code;
}

}  // namespace

ExitCode take_part(const std::function<JobEnd(const schedule::Mpi&)>& part) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader of the progress that goes away ends no run
  int argc = 0;
  char** argv = nullptr;
  schedule::Mpi mpi(argc, argv);
  try {
    store::start_hdf5();
    return end_job(mpi, part(mpi));
  } catch (const std::exception& error) {
    // The other ranks wait for this one: end them too.
    report("flowsweep: internal error: {}\n", error.what());
    mpi.abort(static_cast<int>(ExitCode::internal_error));
  }
}

}  // namespace flowsweep::cli

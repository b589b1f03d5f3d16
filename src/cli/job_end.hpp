#pragma once
#include <functional>

#include "core/error.hpp"
#include "schedule/mpi.hpp"
#include "schedule/run.hpp"

namespace flowsweep::cli {

/// How a rank's part of a job has ended.
struct JobEnd {
  schedule::Outcome outcome;
  ExitCode code = ExitCode::success;  ///< rank 0: the job's, unless the outcome has an error
};

/// Makes this process a rank of its MPI job, with HDF5 started, does its part, reports what ended the job
/// with an error, and ends the membership as the outcome demands. Returns the process's code; rank 0's is the
/// job's. On the main thread, once a process.
ExitCode take_part(const std::function<JobEnd(const schedule::Mpi&)>& part);

}  // namespace flowsweep::cli

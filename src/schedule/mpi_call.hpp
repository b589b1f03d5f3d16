#pragma once
// The C interface only: the C++ bindings of old MPI headers do not compile without warnings.
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>

namespace flowsweep::schedule {

/// Throws std::runtime_error with the call's text and MPI's message unless `code` is MPI_SUCCESS.
void check_mpi(int code, const char* call);

}  // namespace flowsweep::schedule

/// The one way MPI is called.
#define FLOWSWEEP_MPI(call) ::flowsweep::schedule::check_mpi((call), #call)

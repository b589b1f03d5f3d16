#pragma once
#include "schedule/run.hpp"

/// The one MPI job of a test executable.
const flowsweep::schedule::Mpi& mpi_job();

/// The number of ranks the test was registered with.
int expected_ranks();

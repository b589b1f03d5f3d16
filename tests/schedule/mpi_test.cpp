#include <cstdlib>
#include <stdexcept>

#include "schedule/mpi_call.hpp"
#include "schedule/mpi_job.hpp"
#include "support/catch.hpp"

using flowsweep::schedule::Mpi;

TEST_CASE("the job has the ranks the launcher was asked for", "[mpi]") {
  CHECK(mpi_job().ranks() == expected_ranks());
  CHECK(mpi_job().rank() >= 0);
  CHECK(mpi_job().rank() < mpi_job().ranks());
  int threads = 0;
  MPI_Query_thread(&threads);
  CHECK(threads >= MPI_THREAD_FUNNELED);
}

TEST_CASE("the settings of an isolated start do not reach child processes", "[mpi]") {
  CHECK(std::getenv("OMPI_MCA_ess_singleton_isolated") == nullptr);
}

TEST_CASE("a failing MPI call is reported with its text", "[mpi]") {
  const int nobody = mpi_job().ranks();
  CHECK_THROWS_WITH(FLOWSWEEP_MPI(MPI_Send(&nobody, 1, MPI_INT, nobody, 0, MPI_COMM_WORLD)),
                    Catch::Matchers::StartsWith("MPI_Send(&nobody, 1, "));
}

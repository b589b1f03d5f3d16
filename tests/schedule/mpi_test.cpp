#include <cstdlib>
#include <stdexcept>
#include <string>

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

TEST_CASE("broadcast gives rank 0's text to every rank", "[mpi]") {
  const bool first = mpi_job().rank() == 0;
  const std::string other(3, 'x');  // what the other ranks pass is ignored
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{1} << 20}) {
    CAPTURE(size);
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 % 256);
    CHECK((mpi_job().broadcast(first ? text : other) == text));
  }
}

TEST_CASE("minimum is taken over all ranks", "[mpi]") {
  CHECK(mpi_job().minimum(10 + mpi_job().rank()) == 10);
  CHECK(mpi_job().minimum(-mpi_job().rank()) == 1 - mpi_job().ranks());
}

TEST_CASE("a failing MPI call is reported with its text", "[mpi]") {
  const int nobody = mpi_job().ranks();
  CHECK_THROWS_WITH(FLOWSWEEP_MPI(MPI_Send(&nobody, 1, MPI_INT, nobody, 0, MPI_COMM_WORLD)),
                    Catch::Matchers::StartsWith("MPI_Send(&nobody, 1, "));
}

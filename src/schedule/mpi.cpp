#include "schedule/mpi.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <utility>
#include <vector>

#include "schedule/mpi_call.hpp"

namespace flowsweep::schedule {
namespace {

/// Set by mpirun, PMIx and PMI launchers, and in every step of srun.
constexpr std::array launcher_variables{"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_SIZE",
                                        "SLURM_STEP_ID"};

constexpr std::array<std::pair<const char*, const char*>, 3> isolation_settings{{
    {"OMPI_MCA_ess_singleton_isolated", "1"},
    {"OMPI_MCA_btl", "self"},
    {"OMPI_MCA_pml", "ob1"},
}};

bool launched() {
  return std::ranges::any_of(launcher_variables,
                             [](const char* name) { return std::getenv(name) != nullptr; });
}

/// Makes Open MPI start a lone process without a daemon. Holds during MPI_Init only: processes that this one
/// starts (a job submission, say) must not inherit a configuration that cannot communicate. The user's own
/// settings stay.
class Isolation {
 public:
  Isolation() {
    if (launched()) return;
    for (const auto& [name, value] : isolation_settings) {
      if (std::getenv(name) != nullptr) continue;
      setenv(name, value, 1);
      set_.push_back(name);
    }
  }
  ~Isolation() {
    for (const char* name : set_) unsetenv(name);
  }
  Isolation(const Isolation&) = delete;
  Isolation& operator=(const Isolation&) = delete;

 private:
  std::vector<const char*> set_;
};

void initialise(int& argc, char**& argv) {
  const Isolation isolation;
  int provided = MPI_THREAD_SINGLE;
  FLOWSWEEP_MPI(MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided));
  FLOWSWEEP_MPI(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN));
  if (provided < MPI_THREAD_FUNNELED)
    throw std::runtime_error("the MPI library does not offer MPI_THREAD_FUNNELED");
}

}  // namespace

Mpi::Mpi(int& argc, char**& argv) : exceptions_at_start_(std::uncaught_exceptions()) {
  initialise(argc, argv);
  FLOWSWEEP_MPI(MPI_Comm_rank(MPI_COMM_WORLD, &rank_));
  FLOWSWEEP_MPI(MPI_Comm_size(MPI_COMM_WORLD, &ranks_));
}

Mpi::~Mpi() {
  if (ranks_ > 1 && std::uncaught_exceptions() > exceptions_at_start_) abort(EXIT_FAILURE);
  MPI_Finalize();  // a destructor has nobody to tell of its failure
}

std::string Mpi::broadcast(std::string text) const {
  std::uint64_t size = text.size();
  FLOWSWEEP_MPI(MPI_Bcast(&size, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD));
  text.resize(size);
  constexpr std::uint64_t piece = 1 << 30;  // MPI counts are ints
  for (std::uint64_t start = 0; start < size; start += piece) {
    const int count = static_cast<int>(std::min(piece, size - start));
    FLOWSWEEP_MPI(MPI_Bcast(text.data() + start, count, MPI_CHAR, 0, MPI_COMM_WORLD));
  }
  return text;
}

int Mpi::minimum(int value) const {
  int result = value;
  FLOWSWEEP_MPI(MPI_Allreduce(&value, &result, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD));
  return result;
}

void Mpi::abort(int code) const {
  MPI_Abort(MPI_COMM_WORLD, code);
  std::_Exit(code);
}

}  // namespace flowsweep::schedule

#include "schedule/mpi.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "schedule/mpi_call.hpp"
#include "schedule/watchdog.hpp"

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

/// For the end of a job whose work is safe.
constexpr std::chrono::seconds longest_end{10};

void initialise(int& argc, char**& argv) {
  const Isolation isolation;
  int provided = MPI_THREAD_SINGLE;
  FLOWSWEEP_MPI(MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided));
  FLOWSWEEP_MPI(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN));
  if (provided < MPI_THREAD_FUNNELED)
    throw std::runtime_error("the MPI library does not offer MPI_THREAD_FUNNELED");
}

}  // namespace

Mpi::Mpi(int& argc, char**& argv, std::chrono::milliseconds longest_init)
    : exceptions_at_start_(std::uncaught_exceptions()) {
  const Watchdog watchdog("MPI_Init", longest_init);
  initialise(argc, argv);
  FLOWSWEEP_MPI(MPI_Comm_rank(MPI_COMM_WORLD, &rank_));
  FLOWSWEEP_MPI(MPI_Comm_size(MPI_COMM_WORLD, &ranks_));
}

Mpi::~Mpi() {
  if (finalized_) return;
  if (ranks_ > 1 && std::uncaught_exceptions() > exceptions_at_start_) abort(EXIT_FAILURE);
  finalize(EXIT_SUCCESS);
}

void Mpi::finalize(int code) {
  finalized_ = true;
  const Watchdog watchdog("MPI_Finalize", longest_end, code);
  MPI_Finalize();  // there is nobody left to tell of its failure
}

void Mpi::abort(int code) const {
  const Watchdog watchdog("MPI_Abort", longest_end, code);
  MPI_Abort(MPI_COMM_WORLD, code);
  std::_Exit(code);
}

// With --enable-recovery the abort of one rank ends no other, without it leaving early spoils the exit code.
void Mpi::await_abort() const {
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  std::_Exit(EXIT_SUCCESS);
}

}  // namespace flowsweep::schedule

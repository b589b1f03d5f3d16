#include "schedule/mpi_call.hpp"

#include <array>
#include <stdexcept>
#include <string>

namespace flowsweep::schedule {

void check_mpi(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  std::array<char, MPI_MAX_ERROR_STRING + 1> text{};
  int length = 0;
  MPI_Error_string(code, text.data(), &length);
  throw std::runtime_error(std::string(call) + ": " + text.data());
}

}  // namespace flowsweep::schedule

#include "schedule/message_census.hpp"

#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>

#include <algorithm>

namespace {
MessageCensus counted;
}

MessageCensus census() {
  return counted;
}
void reset_census() {
  counted = {};
}

extern "C" {

int MPI_Isend(const void* buffer, int count, MPI_Datatype type, int to, int tag, MPI_Comm communicator,
              MPI_Request* request) {
  int bytes = 0;
  PMPI_Type_size(type, &bytes);
  ++counted.sent;
  counted.largest =
      std::max(counted.largest, static_cast<std::size_t>(bytes) * static_cast<std::size_t>(count));
  return PMPI_Isend(buffer, count, type, to, tag, communicator, request);
}

int MPI_Bcast(void* buffer, int count, MPI_Datatype type, int root, MPI_Comm communicator) {
  ++counted.collectives;
  return PMPI_Bcast(buffer, count, type, root, communicator);
}

int MPI_Allreduce(const void* mine, void* result, int count, MPI_Datatype type, MPI_Op operation,
                  MPI_Comm communicator) {
  ++counted.collectives;
  return PMPI_Allreduce(mine, result, count, type, operation, communicator);
}

int MPI_Barrier(MPI_Comm communicator) {
  ++counted.collectives;
  return PMPI_Barrier(communicator);
}

}  // extern "C"

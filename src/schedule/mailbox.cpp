#include "schedule/mailbox.hpp"

#include "schedule/mpi_call.hpp"

namespace flowsweep::schedule {

// Messages of this size are sent eagerly: MPI_Send returns without waiting for the receiver.
void Mailbox::send_bytes(int to, Tag tag, const void* bytes, std::size_t size) {
  FLOWSWEEP_MPI(MPI_Send(bytes, static_cast<int>(size), MPI_BYTE, to, static_cast<int>(tag), MPI_COMM_WORLD));
  ++messages_;
}

std::optional<Envelope> Mailbox::receive() {
  if (ranks_ == 1) return std::nullopt;
  int arrived = 0;
  MPI_Status status;
  FLOWSWEEP_MPI(MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &arrived, &status));
  if (arrived == 0) return std::nullopt;
  std::optional<Envelope> letter(std::in_place);
  letter->source = status.MPI_SOURCE;
  letter->tag = static_cast<Tag>(status.MPI_TAG);
  FLOWSWEEP_MPI(MPI_Recv(letter->bytes.data(), static_cast<int>(letter->bytes.size()), MPI_BYTE,
                         letter->source, status.MPI_TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE));
  ++messages_;
  return letter;
}

}  // namespace flowsweep::schedule

#include "schedule/mailbox.hpp"

#include <deque>
#include <vector>

#include "schedule/mpi_call.hpp"

namespace flowsweep::schedule {

/// Messages that MPI has not taken off our hands: the receiver is stopped or dead and its queue full.
struct Mailbox::Unsent {
  struct Letter {
    std::vector<std::byte> bytes;
    MPI_Request request = MPI_REQUEST_NULL;
  };
  std::deque<Letter> letters;
};

Mailbox::Mailbox(int ranks) : ranks_(ranks), unsent_(std::make_unique<Unsent>()) {}

// MPI may still read the bytes of messages that it never sent: they must outlive it.
Mailbox::~Mailbox() {
  if (!unsent_->letters.empty()) (void)unsent_.release();
}

// Messages of this size are sent eagerly: as a rule the request is complete at once.
void Mailbox::send_bytes(int to, Tag tag, const void* bytes, std::size_t size) {
  Unsent::Letter letter;
  const auto* first = static_cast<const std::byte*>(bytes);
  letter.bytes.assign(first, first + size);
  FLOWSWEEP_MPI(MPI_Isend(letter.bytes.data(), static_cast<int>(size), MPI_BYTE, to, static_cast<int>(tag),
                          MPI_COMM_WORLD, &letter.request));
  ++messages_;
  int sent = 0;
  FLOWSWEEP_MPI(MPI_Test(&letter.request, &sent, MPI_STATUS_IGNORE));
  if (sent == 0) unsent_->letters.push_back(std::move(letter));
}

bool Mailbox::all_sent() {
  std::erase_if(unsent_->letters, [](Unsent::Letter& letter) {
    int sent = 0;
    FLOWSWEEP_MPI(MPI_Test(&letter.request, &sent, MPI_STATUS_IGNORE));
    return sent != 0;
  });
  return unsent_->letters.empty();
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

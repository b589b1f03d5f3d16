#pragma once
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <type_traits>

#include "schedule/message.hpp"

namespace flowsweep::schedule {

/// A received message.
struct Envelope {
  int source = 0;
  Tag tag = Tag::report;
  std::array<std::byte, message_limit> bytes{};

  template <class Message>
  Message open() const {
    static_assert(std::is_trivially_copyable_v<Message>);
    Message message;
    std::memcpy(static_cast<void*>(&message), bytes.data(), sizeof message);
    return message;
  }
};

/// Sends and receives the messages of a run between different ranks; neither ever waits, whatever the other
/// rank does.
class Mailbox {
 public:
  explicit Mailbox(int ranks);
  ~Mailbox();  ///< forgets what could not be sent
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  template <class Message>
  void send(int to, const Message& message) {
    static_assert(std::is_trivially_copyable_v<Message>);
    send_bytes(to, Message::tag, &message, message.bytes());
  }

  /// The next message that has arrived, if any.
  std::optional<Envelope> receive();

  std::size_t messages() const { return messages_; }  ///< sent and received
  bool all_sent();                                    ///< nothing waits for room on its way

 private:
  struct Unsent;

  void send_bytes(int to, Tag tag, const void* bytes, std::size_t size);

  int ranks_;
  std::size_t messages_ = 0;
  std::unique_ptr<Unsent> unsent_;
};

}  // namespace flowsweep::schedule

#pragma once
#include <array>
#include <cstddef>
#include <cstring>
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

/// Sends and receives the messages of a run between different ranks, without waiting for a message to come.
class Mailbox {
 public:
  explicit Mailbox(int ranks) : ranks_(ranks) {}

  template <class Message>
  void send(int to, const Message& message) {
    static_assert(std::is_trivially_copyable_v<Message>);
    send_bytes(to, Message::tag, &message, message.bytes());
  }

  /// The next message that has arrived, if any.
  std::optional<Envelope> receive();

  std::size_t messages() const { return messages_; }  ///< sent and received

 private:
  void send_bytes(int to, Tag tag, const void* bytes, std::size_t size);

  int ranks_;
  std::size_t messages_ = 0;
};

}  // namespace flowsweep::schedule

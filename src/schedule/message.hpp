#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "schedule/policy.hpp"

/// The messages of a run. Plain structs, sent as their bytes between processes of one program.
namespace flowsweep::schedule {

/// Larger messages can hang after the death of a rank (docs/decisions/scheduling.md).
inline constexpr std::size_t message_limit = 2048;

/// MPI tags, one a message type.
enum class Tag : int { report = 71, failure = 72, chunk = 73, command = 74 };

/// Worker to rank 0: how far it is.
struct Report {
  static constexpr Tag tag = Tag::report;
  /// Rows done since the start of the run. A worker does its rows in the order received, so the number tells
  /// which.
  std::uint64_t done = 0;
  std::uint32_t wants_chunk = 0;  ///< 1: asks for a chunk; one request at a time
  std::uint32_t stopped = 0;  ///< 1: has obeyed Command::Kind::stop; the last message it sends in this run

  std::size_t bytes() const { return sizeof *this; }
};

/// Worker to rank 0: an exception left the payload.
struct Failure {
  static constexpr Tag tag = Tag::failure;
  static constexpr std::size_t longest = 1024;
  std::uint64_t length = 0;
  std::array<char, longest> text{};

  Failure() = default;
  explicit Failure(std::string_view what) : length(std::min(what.size(), longest)) {
    std::copy_n(what.begin(), length, text.begin());
  }
  std::string what() const { return {text.data(), length}; }
  std::size_t bytes() const { return sizeof length + length; }
};

/// Rank 0 to a worker: rows to do, in this order.
struct Chunk {
  static constexpr Tag tag = Tag::chunk;
  std::uint64_t count = 0;
  std::array<std::uint64_t, chunk_limit> rows{};

  std::size_t bytes() const { return sizeof count + count * sizeof rows[0]; }
};

/// Rank 0 to a worker.
struct Command {
  static constexpr Tag tag = Tag::command;
  enum class Kind : std::uint64_t {
    stop,    ///< start no more rows, forget those waiting, report when nothing runs
    finish,  ///< every rank has stopped: leave
  };
  Kind kind = Kind::stop;

  std::size_t bytes() const { return sizeof *this; }
};

static_assert(sizeof(Report) < message_limit && sizeof(Failure) < message_limit &&
              sizeof(Chunk) < message_limit && sizeof(Command) < message_limit);

}  // namespace flowsweep::schedule

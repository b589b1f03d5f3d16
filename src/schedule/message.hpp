#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "schedule/policy.hpp"

/// The messages of a run. Plain structs, sent as their bytes between processes of one program.
namespace flowsweep::schedule {

/// Larger messages can hang after the death of a rank (docs/decisions/scheduling.md).
inline constexpr std::size_t message_limit = 2048;

/// MPI tags, one a message type.
enum class Tag : int { hello = 71, report, failure, receipt, finding, piece, chunk, command };

/// Text that is cut off at Size bytes.
template <std::size_t Size>
struct ShortText {
  std::uint64_t length = 0;
  std::array<char, Size> text{};

  ShortText() = default;
  explicit ShortText(std::string_view what) : length(std::min(what.size(), Size)) {
    std::copy_n(what.begin(), length, text.begin());
  }
  std::string str() const { return {text.data(), std::min<std::size_t>(length, Size)}; }
  std::size_t bytes() const { return sizeof length + length; }
};

/// Worker to rank 0: it is there. The first message.
struct Hello {
  static constexpr Tag tag = Tag::hello;
  std::int64_t offer = 0;
  ShortText<256> host;

  std::size_t bytes() const { return sizeof offer + host.bytes(); }
};

/// Worker to rank 0: how far it is, and a sign of life.
struct Report {
  static constexpr Tag tag = Tag::report;
  /// Rows done since the start of the run. A worker does its rows in the order received, so the number tells
  /// which.
  std::uint64_t done = 0;
  double busy_seconds = 0;          ///< that these rows took
  std::uint8_t wants_chunk = 0;     ///< 1: asks for a chunk; one request at a time
  std::uint8_t stop_requested = 0;  ///< 1: a signal asked it to stop
  std::uint8_t stopped = 0;         ///< 1: has obeyed Command::Kind::stop, and what it committed is durable
  std::uint8_t leaving = 0;         ///< 1: the last message it sends in this run

  std::size_t bytes() const { return sizeof *this; }
};

/// Worker to rank 0: an exception left the work.
struct Failure {
  static constexpr Tag tag = Tag::failure;
  ExitCode code = ExitCode::internal_error;
  ShortText<1024> what;

  std::size_t bytes() const { return offsetof(Failure, what) + what.bytes(); }
};

/// Worker to rank 0: this much of the settings is there.
struct Receipt {
  static constexpr Tag tag = Tag::receipt;
  std::uint64_t received = 0;

  std::size_t bytes() const { return sizeof *this; }
};

/// Worker to rank 0: the next part of Work::findings(). It precedes the report that counts the rows it is
/// about.
struct Finding {
  static constexpr Tag tag = Tag::finding;
  std::uint64_t total = 0;  ///< bytes of the whole
  ShortText<1900> part;

  std::size_t bytes() const { return sizeof total + part.bytes(); }
};

/// Rank 0 to a worker: the next part of the settings.
struct Piece {
  static constexpr Tag tag = Tag::piece;
  std::uint64_t total = 0;  ///< bytes of the whole
  ShortText<1900> part;

  std::size_t bytes() const { return sizeof total + part.bytes(); }
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
    sign_of_life,
    stop,     ///< start no more rows, forget those waiting, make durable what is committed, report
    finish,   ///< every rank has stopped: say good-bye and go
    abandon,  ///< the same in a job that has lost ranks: wait to be ended by rank 0
    dismiss,  ///< you have been given up: leave the process
  };
  Kind kind = Kind::sign_of_life;

  std::size_t bytes() const { return sizeof *this; }
};

static_assert(sizeof(Hello) < message_limit && sizeof(Report) < message_limit &&
              sizeof(Failure) < message_limit && sizeof(Finding) < message_limit &&
              sizeof(Piece) < message_limit && sizeof(Chunk) < message_limit &&
              sizeof(Command) < message_limit);

}  // namespace flowsweep::schedule

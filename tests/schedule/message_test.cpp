#include "schedule/message.hpp"

#include <cstring>
#include <string>

#include "schedule/mailbox.hpp"
#include "support/catch.hpp"

using namespace flowsweep::schedule;

namespace {

/// What arrives of a message of which bytes() are sent.
template <class Message>
Message through_the_mail(const Message& message) {
  Envelope letter;
  REQUIRE(message.bytes() <= letter.bytes.size());
  std::memcpy(letter.bytes.data(), &message, message.bytes());
  return letter.open<Message>();
}

}  // namespace

TEST_CASE("texts arrive whole, or cut at their limit", "[message]") {
  const std::size_t length = GENERATE(0, 1, 1899, 1900, 1901, 10000);
  CAPTURE(length);
  std::string text(length, '\0');
  for (std::size_t i = 0; i < length; ++i) text[i] = static_cast<char>(i * 31);
  const std::string expected = text.substr(0, 1900);
  const Piece piece = through_the_mail(Piece{123456, ShortText<1900>(text)});
  CHECK(piece.total == 123456);
  CHECK((piece.part.str() == expected));
  const Failure failure = through_the_mail(Failure{flowsweep::ExitCode::bad_input, ShortText<1024>(text)});
  CHECK(failure.code == flowsweep::ExitCode::bad_input);
  CHECK((failure.what.str() == text.substr(0, 1024)));
  const Hello hello = through_the_mail(Hello{-2, ShortText<256>(text)});
  CHECK(hello.offer == -2);
  CHECK((hello.host.str() == text.substr(0, 256)));
}

TEST_CASE("a text with an impossible length is cut, not read beyond", "[message]") {
  ShortText<8> text("12345678");
  text.length = 1000;
  CHECK(text.str() == "12345678");
}

TEST_CASE("reports, chunks, commands and receipts arrive", "[message]") {
  Report report;
  report.done = 7;
  report.busy_seconds = 1.5;
  report.leaving = 1;
  const Report got = through_the_mail(report);
  CHECK(got.done == 7);
  CHECK(got.busy_seconds == 1.5);
  CHECK(got.leaving == 1);
  CHECK(got.stopped == 0);
  Chunk chunk;
  while (chunk.count < chunk_limit) chunk.rows[chunk.count] = 3 * chunk.count, ++chunk.count;
  const Chunk rows = through_the_mail(chunk);
  CHECK(rows.count == chunk_limit);
  CHECK(rows.rows[chunk_limit - 1] == 3 * (chunk_limit - 1));
  CHECK(through_the_mail(Command{Command::Kind::dismiss}).kind == Command::Kind::dismiss);
  CHECK(through_the_mail(Receipt{9}).received == 9);
}

#include "schedule/worker.hpp"

#include <span>

#include "schedule/pace.hpp"

namespace flowsweep::schedule {
namespace {

constexpr int controller = 0;

/// Reports between requests are for the progress display alone: all workers together send at most 2000 a
/// second.
ComputeThread::Clock::duration interval_of_reports(int ranks) {
  return std::chrono::milliseconds(200) + std::chrono::microseconds(500) * ranks;
}

}  // namespace

Worker::Worker(int ranks, const Payload& payload)
    : mailbox_(ranks), compute_(payload), report_interval_(interval_of_reports(ranks)) {}

Outcome Worker::run() {
  Pace pace;
  while (true) {
    const bool received = receive_all();
    if (finished_) break;
    const bool sent = report_if_due();
    compute_.wait(pace.next(received || sent, compute_.status().idle));
  }
  const ComputeThread::Status status = compute_.status();
  return {.done = status.done, .messages = mailbox_.messages(), .error = status.failure};
}

bool Worker::receive_all() {
  bool received = false;
  while (!finished_) {
    const auto letter = mailbox_.receive();
    if (!letter) break;
    handle(*letter);
    received = true;
  }
  return received;
}

void Worker::handle(const Envelope& letter) {
  if (letter.tag == Tag::chunk) {
    const Chunk chunk = letter.open<Chunk>();
    compute_.push(std::span(chunk.rows).first(chunk.count));
    chunk_requested_ = false;
  } else if (letter.open<Command>().kind == Command::Kind::stop) {
    stopping_ = true;
    compute_.drop_waiting();
  } else {
    finished_ = true;
  }
}

/// Sends what rank 0 has to know now; whether anything was sent.
bool Worker::report_if_due() {
  if (stopped_) return false;
  const ComputeThread::Status status = compute_.status();
  if (!status.failure.empty() && !failure_sent_) {
    mailbox_.send(controller, Failure(status.failure));
    failure_sent_ = true;
  }
  stopped_ = stopping_ && status.idle;
  const bool wants_chunk = status.wants_rows && !chunk_requested_ && !stopping_;
  const bool dry_or_late = status.idle || Clock::now() - last_report_ > report_interval_;
  const bool progressed = status.done > reported_done_ && dry_or_late;
  if (!stopped_ && !wants_chunk && !progressed) return false;
  send_report(status.done, wants_chunk);
  return true;
}

void Worker::send_report(std::size_t done, bool wants_chunk) {
  mailbox_.send(controller, Report{.done = done, .wants_chunk = wants_chunk, .stopped = stopped_});
  last_report_ = Clock::now();
  reported_done_ = done;
  chunk_requested_ = chunk_requested_ || wants_chunk;
}

}  // namespace flowsweep::schedule

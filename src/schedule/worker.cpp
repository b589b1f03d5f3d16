#include "schedule/worker.hpp"

#include <unistd.h>

#include <span>
#include <thread>

#include "core/host.hpp"

namespace flowsweep::schedule {
namespace {

constexpr int controller = 0;
/// For what is being computed to be saved when rank 0 is lost.
constexpr std::chrono::seconds longest_farewell{2};

/// Reports between requests are for the progress display alone: all workers together send at most 2000 a
/// second.
ComputeThread::Clock::duration interval_of_reports(int ranks) {
  return std::chrono::milliseconds(200) + std::chrono::microseconds(500) * ranks;
}

}  // namespace

Worker::Worker(int ranks, Work& work, const Options& options)
    : work_(work),
      options_(options),
      sign_of_life_(sign_of_life_interval(options.heartbeat)),
      report_interval_(interval_of_reports(ranks)),
      mailbox_(ranks),
      compute_([this](std::size_t row) { return work_.run(row, interruption_); }) {}

Outcome Worker::run() {
  try {
    while (!finished_) look();
    say_goodbye();
  } catch (...) {
    interruption_.request_after({});  // the compute thread is waited for
    throw;
  }
  const ComputeThread::Status status = compute_.status();
  Outcome outcome;
  outcome.done = status.done;
  outcome.messages = mailbox_.messages();
  outcome.error = status.failure.what;
  outcome.code = status.failure.code;
  outcome.abandoned = abandoned_;
  return outcome;
}

void Worker::look() {
  const bool received = receive_all();
  watch_controller();
  watch_stop();
  const bool sent = report_if_due();
  compute_.wait(pace_.next(received || sent, compute_.status().idle));
}

bool Worker::receive_all() {
  bool received = false;
  while (!finished_) {
    const auto letter = mailbox_.receive();
    if (!letter) break;
    heard_ = listening_.listened();
    greet();
    handle(*letter);
    received = true;
  }
  return received;
}

/// An answer to the first message, because rank 0 may still be busy with the run before this one.
void Worker::greet() {
  if (greeted_) return;
  mailbox_.send(controller, Hello{options_.offer, decltype(Hello{}.host)(host_name())});
  greeted_ = true;
}

void Worker::handle(const Envelope& letter) {
  if (letter.tag == Tag::chunk) {
    const Chunk chunk = letter.open<Chunk>();
    if (!stopping_) compute_.push(std::span(chunk.rows).first(chunk.count));
    chunk_requested_ = false;
  } else if (letter.tag == Tag::piece) {
    handle(letter.open<Piece>());
  } else {
    obey(letter.open<Command>().kind);
  }
}

void Worker::handle(const Piece& piece) {
  if (stopping_) return;
  settings_ += piece.part.str();
  joining_ = settings_.size() == piece.total;
  if (joining_)
    compute_.call([this] { work_.join(settings_); });
  else
    mailbox_.send(controller, Receipt{settings_.size()});
}

void Worker::obey(Command::Kind kind) {
  switch (kind) {
    case Command::Kind::sign_of_life:
      return;
    case Command::Kind::stop:
      return stop();
    case Command::Kind::finish:
      finished_ = true;
      return;
    case Command::Kind::abandon:
      finished_ = abandoned_ = true;
      return;
    case Command::Kind::dismiss:
      leave_process("rank 0 has given this rank up");
  }
}

void Worker::watch_controller() {
  if (listening_.advance() - heard_ < options_.heartbeat) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.heartbeat).count();
  desert("nothing was heard from rank 0 for " + std::to_string(seconds) + " s");
}

void Worker::watch_stop() {
  if (signalled_ || !options_.stop_requested || !options_.stop_requested()) return;
  signalled_ = true;
  stop();
}

void Worker::stop() {
  if (stopping_) return;
  stopping_ = true;
  compute_.drop_waiting();
  interruption_.request_after(options_.grace);
}

/// Sends what rank 0 has to know now; whether anything was sent.
bool Worker::report_if_due() {
  const ComputeThread::Status status = compute_.status();
  if (status.failure && !failure_sent_) {
    mailbox_.send(controller, Failure{status.failure.code, decltype(Failure{}.what)(status.failure.what)});
    failure_sent_ = true;
  }
  const bool was_stopped = stopped_;
  leave_if_idle(status);
  const bool wants_chunk = joining_ && status.wants_rows && !chunk_requested_ && !stopping_;
  const Clock::duration silence = Clock::now() - last_report_;
  const bool progressed = status.done > reported_done_ && (status.idle || silence > report_interval_);
  const bool news = wants_chunk || progressed || stopped_ != was_stopped || signalled_ != signal_reported_;
  if (!greeted_ || (!news && silence < sign_of_life_)) return false;
  send_report(status, wants_chunk);
  return news;
}

void Worker::leave_if_idle(const ComputeThread::Status& status) {
  if (!stopping_ || !status.idle || stopped_) return;
  stopped_ = leaving_;
  leaving_ = true;
  if (stopped_) return;
  if (joining_ && !status.failure) compute_.call([this] { work_.leave(); });
}

void Worker::send_findings() {
  const std::string findings = work_.findings();
  constexpr std::size_t longest = sizeof(Finding{}.part.text);
  for (std::size_t sent = 0; sent < findings.size(); sent += longest)
    mailbox_.send(
        controller,
        Finding{findings.size(), decltype(Finding{}.part)(std::string_view(findings).substr(sent, longest))});
}

void Worker::send_report(const ComputeThread::Status& status, bool wants_chunk) {
  send_findings();
  Report report;
  report.done = status.done;
  report.busy_seconds = status.busy_seconds;
  report.wants_chunk = wants_chunk;
  report.stopped = stopped_;
  report.stop_requested = signalled_;
  mailbox_.send(controller, report);
  last_report_ = Clock::now();
  reported_done_ = status.done;
  signal_reported_ = signalled_;
  chunk_requested_ = chunk_requested_ || wants_chunk;
}

void Worker::say_goodbye() {
  Report report;
  report.leaving = 1;
  mailbox_.send(controller, report);
}

/// Rank 0 is lost: what is being computed is saved.
void Worker::desert(const std::string& why) {
  interruption_.request_after({});
  compute_.drop_waiting();
  const Clock::time_point deadline = Clock::now() + longest_farewell;
  while (!compute_.status().idle && Clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  say_goodbye();
  leave_process(why);
}

void Worker::leave_process(const std::string& why) {
  const std::string text =
      "flowsweep: process " + std::to_string(::getpid()) + " on " + host_name() + ": " + why + "; leaving\n";
  (void)!::write(STDERR_FILENO, text.data(), text.size());
  ::_exit(static_cast<int>(ExitCode::more_work));
}

}  // namespace flowsweep::schedule

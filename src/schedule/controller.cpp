#include "schedule/controller.hpp"

#include <algorithm>
#include <exception>

namespace flowsweep::schedule {
namespace {

constexpr std::chrono::milliseconds progress_interval{100};

}  // namespace

Controller::Controller(int ranks, std::span<const std::size_t> rows, std::span<const double> costs,
                       const Payload& payload, const Options& options)
    : mailbox_(ranks),
      policy_(rows, costs, ranks),
      compute_(payload),
      options_(options),
      members_(static_cast<std::size_t>(ranks)) {
  progress_.total = rows.size();
  progress_.total_cost = policy_.remaining_cost();
}

// Ends in two steps, so that no message of this run is left when the next one begins: every worker says that
// it has stopped, which is its last message, and only then is told to leave.
Outcome Controller::run() {
  while (true) {
    const bool received = receive_all();
    attend_own_thread();
    ask_for_stop();
    show_progress(false);
    if (progress_.done == progress_.total) stop();
    if (all_stopped()) break;
    compute_.wait(pace_.next(received, compute_.status().idle));
  }
  attend_own_thread();  // its last row may have ended since
  send_all(Command::Kind::finish);
  show_progress(true);
  return {progress_.done, progress_.done == progress_.total, mailbox_.messages(), error_};
}

bool Controller::receive_all() {
  bool received = false;
  while (const auto letter = mailbox_.receive()) {
    handle(*letter);
    attend_own_thread();  // a flood of messages must not starve it
    received = true;
  }
  return received;
}

void Controller::handle(const Envelope& letter) {
  if (letter.tag == Tag::failure) {
    fail("rank " + std::to_string(letter.source) + ", " + letter.open<Failure>().what());
  } else {
    handle(letter.source, letter.open<Report>());
  }
}

void Controller::handle(int rank, const Report& report) {
  Member& member = members_[static_cast<std::size_t>(rank)];
  confirm(member, report.done);
  stopped_workers_ += report.stopped;
  if (report.wants_chunk != 0 && !stopping_ && !policy_.empty()) send_chunk(rank);
}

std::vector<CostedRow> Controller::assign(Member& member) {
  std::vector<CostedRow> rows = policy_.next_chunk();
  member.outstanding.insert(member.outstanding.end(), rows.begin(), rows.end());
  return rows;
}

void Controller::send_chunk(int rank) {
  Chunk chunk;
  for (const CostedRow& point : assign(members_[static_cast<std::size_t>(rank)])) {
    chunk.rows[chunk.count++] = point.row;
  }
  mailbox_.send(rank, chunk);
}

void Controller::attend_own_thread() {
  const ComputeThread::Status status = compute_.status();
  confirm(members_[0], status.done);
  if (!status.failure.empty()) fail("rank 0, " + status.failure);
  if (!stopping_ && status.wants_rows && !policy_.empty()) {
    std::vector<std::size_t> rows;
    for (const CostedRow& point : assign(members_[0])) rows.push_back(point.row);
    compute_.push(rows);
  }
}

/// Counts the oldest outstanding rows as done, so that `done` are.
void Controller::confirm(Member& member, std::uint64_t done) {
  const auto first = member.outstanding.begin();
  const auto last = first + static_cast<std::ptrdiff_t>(done - member.done);
  std::for_each(first, last, [this](const CostedRow& point) { progress_.done_cost += point.cost; });
  progress_.done += done - member.done;
  member.done = done;
  member.outstanding.erase(first, last);
}

void Controller::ask_for_stop() {
  if (stopping_ || !options_.stop_requested) return;
  guarded([this] {
    if (options_.stop_requested()) stop();
  });
}

void Controller::show_progress(bool at_end) {
  const Clock::time_point now = Clock::now();
  if (!options_.on_progress || (!at_end && now - last_progress_ < progress_interval)) return;
  last_progress_ = now;
  progress_.elapsed = std::chrono::duration<double>(now - start_).count();
  guarded([this] { options_.on_progress(progress_); });
}

// An exception that left this rank here would leave the others waiting for it.
void Controller::guarded(const std::function<void()>& callback) {
  try {
    callback();
  } catch (const std::exception& error) {
    fail(std::string("rank 0: ") + error.what());
  } catch (...) {
    fail("rank 0: an exception of unknown type");
  }
}

void Controller::fail(const std::string& what) {
  if (error_.empty()) error_ = what;
  stop();
}

void Controller::stop() {
  if (stopping_) return;
  stopping_ = true;
  compute_.drop_waiting();
  send_all(Command::Kind::stop);
}

bool Controller::all_stopped() const {
  return stopping_ && compute_.status().idle && stopped_workers_ == members_.size() - 1;
}

void Controller::send_all(Command::Kind kind) {
  for (std::size_t rank = 1; rank < members_.size(); ++rank) {
    mailbox_.send(static_cast<int>(rank), Command{kind});
  }
}

}  // namespace flowsweep::schedule

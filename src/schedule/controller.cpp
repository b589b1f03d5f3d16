#include "schedule/controller.hpp"

#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace flowsweep::schedule {
namespace {

constexpr std::chrono::milliseconds progress_interval{100};
/// Between two looks for ranks that are silent or owed a sign of life.
constexpr std::chrono::milliseconds watch_interval{50};
/// Rank 0 lets the others begin with the longest rows: a row that takes its rank down by its size should meet
/// a rank whose death is survived.
constexpr std::chrono::seconds longest_precedence{5};
/// Pieces of the settings on their way to one rank: few, so that they are sent eagerly.
constexpr std::size_t pieces_on_their_way = 4;

}  // namespace

Controller::Controller(int ranks, Work& work, const Options& options)
    : work_(work),
      options_(options),
      sign_of_life_(sign_of_life_interval(options.heartbeat)),
      mailbox_(ranks),
      roster_(ranks),
      compute_([this](std::size_t row) { return work_.run(row, interruption_); }) {}

Outcome Controller::run() {
  try {
    while (phase_ != Phase::over) look();
  } catch (...) {
    interruption_.request_after({});  // the compute thread is waited for
    throw;
  }
  return outcome();
}

void Controller::look() {
  const bool received = receive_all();
  watch_ranks();
  attend_own_thread();
  watch_stop();
  advance();
  show_progress(false);
  compute_.wait(pace_.next(received, compute_.status().idle));
}

void Controller::advance() {
  switch (phase_) {
    case Phase::gathering:
      return gather();
    case Phase::preparing:
      return take_preparation();
    case Phase::running:
      return hand_out();
    case Phase::stopping:
      return leave();
    case Phase::leaving:
      return conclude();
    case Phase::concluding:
    case Phase::finishing:
      return finish();
    case Phase::over:
      return;
  }
}

void Controller::gather() {
  if (!roster_.all(&Roster::Member::greeted)) return;
  phase_ = Phase::preparing;
  compute_.call([this] { plan_ = work_.prepare(roster_.lowest_offer(options_.offer)); });
}

void Controller::take_preparation() {
  if (!compute_.status().idle) return;
  start_ = Clock::now();
  phase_ = Phase::running;
  if (error_) return stop();
  guarded([this] { ledger_.emplace(plan_, static_cast<int>(roster_.size())); });
  if (error_ || ledger_->complete()) return stop();
  for (const int rank : roster_.living()) send_pieces(rank);
}

void Controller::hand_out() {
  if (ledger_->complete()) return stop();
  if (stop_wanted_) return stop();
  if (options_.stop_by && Clock::now() >= *options_.stop_by) {
    notice("the time is up");
    return stop();
  }
  feed_own_thread();
  if (!ledger_->exhausted())
    for (const int rank : std::exchange(waiting_, {}))
      if (!roster_[rank].lost) send_chunk(rank);
  if (!stalled()) return;
  notice(reason_of_stall());
  stop();
}

/// Nobody has anything to do, nobody will ask, and yet rows are left.
bool Controller::stalled() {
  return ledger_->outstanding() == 0 && roster_.all(&Roster::Member::waiting) && compute_.status().idle &&
         !ledger_->complete();
}

std::string Controller::reason_of_stall() const {
  if (roster_.living().empty() && ledger_->suspects() > 0)
    return "the points that are left have taken down the ranks that ran them, and rank 0 alone is left: they "
           "wait for the next job";
  return "no point that is left is expected to end in time";
}

bool Controller::others_served() const {
  return roster_.all(&Roster::Member::asked) || Clock::now() - start_ > longest_precedence;
}

void Controller::feed_own_thread() {
  if (!compute_.status().wants_rows || !others_served()) return;
  const std::vector<std::size_t> rows = ledger_->assign(0, limits());
  if (!rows.empty()) compute_.push(rows);
}

void Controller::send_chunk(int rank) {
  const std::vector<std::size_t> rows = ledger_->assign(rank, limits());
  roster_[rank].waiting = rows.empty();
  if (rows.empty()) return waiting_.push_back(rank);
  Chunk chunk;
  for (const std::size_t row : rows) chunk.rows[chunk.count++] = row;
  send(rank, chunk);
}

/// The predicted costs of what still ends in time, and of what could not have from the beginning.
CostLimits Controller::limits() const {
  if (!options_.stop_by) return {};
  const std::chrono::duration<double> left = *options_.stop_by - Clock::now(),
                                      all = *options_.stop_by - start_;
  return {left.count() / ledger_->calibration(), all.count() / ledger_->calibration()};
}

void Controller::watch_stop() {
  if (stop_wanted_ || !options_.stop_requested) return;
  guarded([this] { stop_wanted_ = options_.stop_requested(); });
}

void Controller::stop() {
  if (phase_ >= Phase::stopping) return;
  phase_ = Phase::stopping;
  stop_start_ = Clock::now();
  interruption_.request_after(options_.grace);
  compute_.drop_waiting();
  send_all(Command::Kind::stop);
}

/// A point may be in the middle of something that does not look for the wish to stop, or wait for a disk.
void Controller::enforce_stop() {
  if (phase_ < Phase::stopping || Clock::now() - stop_start_ < options_.longest_stop) return;
  for (const int rank : roster_.living()) {
    if (roster_[rank].stopped) continue;
    send(rank, Command{Command::Kind::dismiss});
    give_up(rank, "does not stop", false);
  }
  if (phase_ > Phase::stopping || compute_.status().idle) return;
  notice("the point that runs on rank 0 does not stop; leaving without it");
  ::_exit(static_cast<int>(ExitCode::more_work));
}

void Controller::leave() {
  if (!compute_.status().idle) return;
  attend_own_thread();  // its last row may have ended since
  phase_ = Phase::leaving;
  if (!error_ && ledger_) compute_.call([this] { work_.leave(); });
}

void Controller::conclude() {
  if (!compute_.status().idle || !roster_.all(&Roster::Member::stopped)) return;
  attend_own_thread();
  show_progress(true);
  phase_ = Phase::concluding;
  if (!error_ && ledger_) compute_.call([this, end = outcome()] { work_.conclude(end); });
}

void Controller::finish() {
  if (!compute_.status().idle) return;
  attend_own_thread();
  const bool abandon = roster_.lost() > 0;
  if (phase_ == Phase::concluding) send_all(abandon ? Command::Kind::abandon : Command::Kind::finish);
  phase_ = Phase::finishing;
  if (abandon || roster_.all(&Roster::Member::gone)) phase_ = Phase::over;
}

Outcome Controller::outcome() {
  Outcome result;
  if (ledger_) result.done = ledger_->progress().done;
  result.complete = ledger_ && ledger_->complete();
  result.messages = mailbox_.messages();
  result.error = error_.what;
  result.code = error_.code;
  result.lost = roster_.lost();
  return result;
}

bool Controller::receive_all() {
  bool received = false;
  while (const auto letter = mailbox_.receive()) {
    handle(*letter);
    if (phase_ == Phase::running) {  // a flood of messages must not starve it
      attend_own_thread();
      feed_own_thread();
    }
    received = true;
  }
  return received;
}

void Controller::handle(const Envelope& letter) {
  Roster::Member& member = roster_[letter.source];
  if (member.lost) return mailbox_.send(letter.source, Command{Command::Kind::dismiss});
  member.heard = listening_.listened();
  if (letter.tag == Tag::hello) return handle(letter.source, letter.open<Hello>());
  if (letter.tag == Tag::report) return handle(letter.source, letter.open<Report>());
  if (letter.tag == Tag::finding) return handle(letter.source, letter.open<Finding>());
  if (letter.tag == Tag::receipt) {
    member.received = letter.open<Receipt>().received;
    return send_pieces(letter.source);
  }
  const auto failure = letter.open<Failure>();
  fail({failure.code,
        "rank " + std::to_string(letter.source) + " on " + member.host + ": " + failure.what.str()});
}

void Controller::handle(int rank, const Hello& hello) {
  Roster::Member& member = roster_[rank];
  member.greeted = true;
  member.host = hello.host.str();
  member.offer = hello.offer;
}

void Controller::handle(int rank, const Report& report) {
  Roster::Member& member = roster_[rank];
  confirm(rank, report.done, report.busy_seconds);
  member.stopped = member.stopped || report.stopped != 0;
  member.gone = member.gone || report.leaving != 0;
  stop_wanted_ = stop_wanted_ || report.stop_requested != 0;
  if (member.gone && phase_ != Phase::finishing) return give_up(rank, "has left", false);
  member.asked = member.asked || report.wants_chunk != 0;
  if (report.wants_chunk != 0 && phase_ == Phase::running) send_chunk(rank);
}

void Controller::handle(int rank, const Finding& finding) {
  std::string& findings = roster_[rank].findings;
  findings += finding.part.str();
  if (findings.size() < finding.total) return;
  guarded([&] { work_.take(std::exchange(findings, {})); });
}

void Controller::confirm(int rank, std::uint64_t done, double busy_seconds) {
  if (!ledger_) return;
  for (const std::size_t row : ledger_->confirm(rank, done, busy_seconds))
    guarded([&] { work_.remember_deaths(row, 0); });
}

void Controller::attend_own_thread() {
  const ComputeThread::Status status = compute_.status();
  if (const std::string findings = work_.findings(); !findings.empty())
    guarded([&] { work_.take(findings); });
  confirm(0, status.done, status.busy_seconds);
  if (!status.failure) return;
  const bool several = roster_.size() > 1 && status.failure.what.starts_with("row ");
  fail({status.failure.code, (several ? "rank 0: " : "") + status.failure.what});
}

void Controller::send(int rank, const auto& message) {
  mailbox_.send(rank, message);
  roster_[rank].spoken = Clock::now();
}

void Controller::send_all(Command::Kind kind) {
  for (const int rank : roster_.living()) send(rank, Command{kind});
}

void Controller::send_pieces(int rank) {
  Roster::Member& member = roster_[rank];
  const std::string_view settings = plan_.settings;
  constexpr std::size_t longest = sizeof(Piece{}.part.text);
  const auto send_next = [&] {
    const std::string_view part = settings.substr(member.sent, longest);
    send(rank, Piece{settings.size(), decltype(Piece{}.part)(part)});
    member.sent += part.size();
  };
  if (settings.empty() && member.received == 0) return send_next();
  while (member.sent < settings.size() && member.sent < member.received + pieces_on_their_way * longest)
    send_next();
}

void Controller::watch_ranks() {
  const Clock::time_point now = Clock::now();
  const Clock::duration listened = listening_.advance(now);
  if (now - last_watch_ < watch_interval) return;
  last_watch_ = now;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.heartbeat).count();
  for (const int rank : roster_.silent(listened, options_.heartbeat))
    give_up(rank, "has been silent for " + std::to_string(seconds) + " s", true);
  for (const int rank : roster_.living())
    if (!roster_[rank].gone && now - roster_[rank].spoken >= sign_of_life_)
      send(rank, Command{Command::Kind::sign_of_life});
  enforce_stop();
  (void)mailbox_.all_sent();
}

void Controller::give_up(int rank, const std::string& why, bool at_work) {
  Roster::Member& member = roster_[rank];
  member.lost = true;
  notice("rank " + std::to_string(rank) + " on " + member.host + " " + why + "; going on without it");
  if (ledger_) guarded([&] { requeue_rows_of(rank, at_work && phase_ == Phase::running); });
}

void Controller::requeue_rows_of(int rank, bool at_work) {
  const Ledger::Loss loss =
      ledger_->lose(rank, at_work, [this](std::size_t row) { return work_.committed(row); });
  for (const std::size_t row : loss.cleared) work_.remember_deaths(row, 0);
  if (!loss.suspect) return;
  if (loss.suspect->deaths >= death_limit) return set_aside(*loss.suspect);
  work_.remember_deaths(loss.suspect->row, loss.suspect->deaths);
}

void Controller::set_aside(const Ledger::Suspect& suspect) {
  notice("row " + std::to_string(suspect.row) + " has taken down " + std::to_string(suspect.deaths) +
         " ranks: it is set aside");
  work_.set_aside(suspect.row, suspect.deaths);
  work_.remember_deaths(suspect.row, 0);
}

void Controller::show_progress(bool at_end) {
  const Clock::time_point now = Clock::now();
  if (!ledger_ || phase_ > Phase::leaving || !options_.on_progress) return;
  if (!at_end && now - last_progress_ < progress_interval) return;
  last_progress_ = now;
  Progress progress = ledger_->progress();
  progress.elapsed = std::chrono::duration<double>(now - start_).count();
  guarded([&] { options_.on_progress(progress); });
}

void Controller::notice(const std::string& text) {
  if (options_.notice) guarded([&] { options_.notice(text); });
}

// An exception that left this rank here would leave the others without an answer.
void Controller::guarded(const std::function<void()>& callback) {
  if (const Error error = caught(callback)) fail({error.code, "rank 0: " + error.what});
}

void Controller::fail(const Error& error) {
  if (!error_) error_ = error;
  if (phase_ == Phase::running) stop();
}

}  // namespace flowsweep::schedule

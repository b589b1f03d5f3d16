#include "schedule/compute_thread.hpp"

#include <exception>
#include <utility>

#include "schedule/policy.hpp"

namespace flowsweep::schedule {
namespace {

/// Weight of the newest row in the running mean of durations: neighbours in cost order are alike.
constexpr double newest_weight = 0.25;

double seconds(ComputeThread::Clock::duration span) {
  return std::chrono::duration<double>(span).count();
}

}  // namespace

Error error_in_flight() {
  try {
    throw;
  } catch (const InputError& error) {
    return {ExitCode::bad_input, error.what()};
  } catch (const std::exception& error) {
    return {ExitCode::internal_error, error.what()};
  } catch (...) {
    return {ExitCode::internal_error, "an exception of unknown type"};
  }
}

ComputeThread::ComputeThread(RunRow run_row) : run_row_(std::move(run_row)), thread_([this] { work(); }) {}

ComputeThread::~ComputeThread() {
  {
    const std::lock_guard lock(mutex_);
    leaving_ = true;
    work_.notify_one();
  }
  thread_.join();
}

void ComputeThread::call(Task task) {
  const std::lock_guard lock(mutex_);
  if (!failure_) task_ = std::move(task);
  work_.notify_one();
}

void ComputeThread::drop_waiting() {
  const std::lock_guard lock(mutex_);
  queue_.clear();
}

ComputeThread::Status ComputeThread::status() const {
  const std::lock_guard lock(mutex_);
  const bool idle = !running_ && !task_ && queue_.empty();
  const bool nearly_dry =
      done_ > 0 && !task_ && prefetch_due(row_seconds_, queue_.size(), seconds(Clock::now() - row_start_));
  return {done_, busy_seconds_, idle, !failure_ && (idle || nearly_dry), failure_};
}

void ComputeThread::wait(Clock::duration longest) {
  std::unique_lock lock(mutex_);
  dry_.wait_for(lock, longest, [this] { return ran_dry_; });
  ran_dry_ = false;
}

void ComputeThread::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return leaving_ || task_ || !queue_.empty(); });
    if (leaving_) return;
    running_ = true;
    task_ ? do_task(lock) : do_row(lock);
    running_ = false;
    end_if_dry();
  }
}

void ComputeThread::do_task(std::unique_lock<std::mutex>& lock) {
  const Task task = std::exchange(task_, nullptr);
  lock.unlock();
  const Error error = caught(task);
  lock.lock();
  if (error) fail(error);
}

void ComputeThread::do_row(std::unique_lock<std::mutex>& lock) {
  const std::size_t row = queue_.front();
  queue_.pop_front();
  row_start_ = Clock::now();
  lock.unlock();
  bool ended = false;
  const Error error = caught([&] { ended = run_row_(row); });
  const double taken = seconds(Clock::now() - row_start_);
  lock.lock();
  if (error) return fail({error.code, "row " + std::to_string(row) + ": " + error.what});
  if (!ended) return queue_.clear();  // broke off: what waits is not wanted either
  row_seconds_ += (done_ == 0 ? 1.0 : newest_weight) * (taken - row_seconds_);
  busy_seconds_ += taken;
  ++done_;
}

void ComputeThread::fail(const Error& failure) {
  failure_ = failure;
  queue_.clear();
  task_ = nullptr;
}

void ComputeThread::end_if_dry() {
  if (task_ || !queue_.empty()) return;
  ran_dry_ = true;
  dry_.notify_one();
}

}  // namespace flowsweep::schedule

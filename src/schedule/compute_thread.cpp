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

ComputeThread::ComputeThread(Payload payload) : payload_(std::move(payload)), thread_([this] { work(); }) {}

ComputeThread::~ComputeThread() {
  {
    const std::lock_guard lock(mutex_);
    leaving_ = true;
    work_.notify_one();
  }
  thread_.join();
}

void ComputeThread::drop_waiting() {
  const std::lock_guard lock(mutex_);
  queue_.clear();
}

ComputeThread::Status ComputeThread::status() const {
  const std::lock_guard lock(mutex_);
  const bool idle = !running_ && queue_.empty();
  const bool nearly_dry =
      done_ > 0 && prefetch_due(row_seconds_, queue_.size(), seconds(Clock::now() - row_start_));
  return {done_, idle, failure_.empty() && (idle || nearly_dry), failure_};
}

void ComputeThread::wait(Clock::duration longest) {
  std::unique_lock lock(mutex_);
  dry_.wait_for(lock, longest, [this] { return ran_dry_; });
  ran_dry_ = false;
}

void ComputeThread::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return leaving_ || !queue_.empty(); });
    if (leaving_) return;
    const std::size_t row = queue_.front();
    queue_.pop_front();
    running_ = true;
    row_start_ = Clock::now();
    lock.unlock();
    const std::string failure = call_payload(row);
    const Clock::duration taken = Clock::now() - row_start_;
    lock.lock();
    record(failure, taken);
  }
}

std::string ComputeThread::call_payload(std::size_t row) const {
  try {
    payload_(row);
    return {};
  } catch (const std::exception& error) {
    return "row " + std::to_string(row) + ": " + error.what();
  } catch (...) {
    return "row " + std::to_string(row) + ": an exception of unknown type";
  }
}

void ComputeThread::record(const std::string& failure, Clock::duration taken) {
  running_ = false;
  if (failure.empty()) {
    const double weight = done_ == 0 ? 1.0 : newest_weight;
    row_seconds_ += weight * (seconds(taken) - row_seconds_);
    ++done_;
  } else {
    failure_ = failure;
    queue_.clear();
  }
  if (!queue_.empty()) return;
  ran_dry_ = true;
  dry_.notify_one();
}

}  // namespace flowsweep::schedule

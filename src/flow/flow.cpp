#include "flow/flow.hpp"

#include <chrono>

#include "flow/checkpointing.hpp"
#include "flow/integration.hpp"

namespace flowsweep::flow {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// One call of integrate(): an Integration, its restarts and its states.
class Passage {
 public:
  Passage(Differentiable& risk, std::span<const double> start, const Settings& settings,
          Checkpointing* checkpointing);
  Result run(Observer& observer);

 private:
  void keep();
  Result interrupt();
  State capture() const { return integration_->capture(elapsed()); }
  double elapsed() const { return elapsed_before_ + seconds_since(begin_); }
  bool at_restart() const { return multistep_ && integration_->steps() % settings_.restart_steps == 0; }

  Differentiable& risk_;
  const Settings& settings_;
  Checkpointing* checkpointing_;
  Clock::time_point begin_ = Clock::now();
  double elapsed_before_ = 0;
  bool multistep_;
  std::optional<State> last_;  ///< the last restart's state, or the one continued from
  std::optional<Integration> integration_;
};

Passage::Passage(Differentiable& risk, std::span<const double> start, const Settings& settings,
                 Checkpointing* checkpointing)
    : risk_(risk),
      settings_(settings),
      checkpointing_(checkpointing),
      multistep_(is_multistep(settings.integrator)) {
  if (checkpointing_) last_ = checkpointing_->resume_from();
  if (last_ && fits(*last_, start.size(), settings)) {
    elapsed_before_ = last_->elapsed_seconds;
    integration_.emplace(risk, *last_, settings);
  } else {
    last_.reset();
    integration_.emplace(risk, start, settings);
  }
}

/// Where the flow can be captured; a multistep integrator is restarted there.
void Passage::keep() {
  if (at_restart()) {
    State state = capture();
    integration_.emplace(risk_, state, settings_);
    if (checkpointing_ && checkpointing_->due()) checkpointing_->save(state);
    if (checkpointing_) last_ = std::move(state);
  } else if (!multistep_ && checkpointing_ && checkpointing_->due()) {
    checkpointing_->save(capture());
  }
}

Result Passage::interrupt() {
  if (!multistep_) last_ = capture();
  if (last_) {
    last_->elapsed_seconds = elapsed();
    checkpointing_->save(*last_);
  }
  Result result;
  result.status = record::Status::not_run;
  result.message = "interrupted";
  return result;
}

Result Passage::run(Observer& observer) {
  while (!integration_->ended()) {
    integration_->step();
    if (integration_->ended()) break;
    keep();
    if (checkpointing_ && checkpointing_->stop_requested()) return interrupt();
  }
  Result result = integration_->finish(observer);
  result.elapsed_before = elapsed_before_;
  return result;
}

}  // namespace

Result integrate(Differentiable& risk, std::span<const double> start, const Settings& settings,
                 Observer& observer, Checkpointing* checkpointing) {
  return Passage(risk, start, settings, checkpointing).run(observer);
}

}  // namespace flowsweep::flow

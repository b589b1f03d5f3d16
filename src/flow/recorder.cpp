#include "flow/recorder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flowsweep::flow {
namespace {

/// t_1 as a share of |theta| / |g|, the time in which the start would change by its own size.
constexpr double first_share = 0.01;
/// t_1 is at most this share of the horizon, so that short flows have rows too.
constexpr double horizon_share = 1e-3;
/// Decades that 2 x records rows cover at first.
constexpr double first_decades = 4;

double horizon_of(const Settings& settings) {
  if (settings.integrator != Integrator::euler) return settings.horizon;
  return static_cast<double>(settings.steps) * settings.step;
}

double first_time_of(const Settings& settings, double size, double gradient_norm) {
  const double ceiling = horizon_share * horizon_of(settings);
  const double scale = (size > 0 ? size : 1) / gradient_norm;
  return std::isfinite(scale) && scale > 0 ? std::min(first_share * scale, ceiling) : ceiling;
}

}  // namespace

Recorder::Recorder(const Settings& settings, std::span<const double> start, double gradient_norm)
    : settings_(settings), size_(start.size()), geometric_(settings.record_times.empty()) {
  times_.push_back(0);
  states_.assign(start.begin(), start.end());
  if (!geometric_) return;
  first_time_ = first_time_of(settings, norm(start), gradient_norm);
  ratio_ = std::pow(10.0, first_decades / (2.0 * settings.records));
}

double Recorder::next_time() const {
  if (geometric_) return first_time_ * std::pow(ratio_, static_cast<double>(next_));
  return next_ < settings_.record_times.size() ? settings_.record_times[next_]
                                               : std::numeric_limits<double>::infinity();
}

void Recorder::passed(const Stepper& stepper) {
  if (geometric_ && settings_.records <= 2) return;
  for (double time = next_time(); time <= stepper.time(); time = next_time()) {
    keep(stepper, time);
    ++next_;
    if (geometric_ && times_.size() > 2 * static_cast<std::size_t>(settings_.records)) halve();
  }
}

void Recorder::keep(const Stepper& stepper, double time) {
  states_.resize(states_.size() + size_);
  const double found = stepper.snapshot(time, {states_.data() + states_.size() - size_, size_});
  if (found > times_.back()) {
    times_.push_back(found);
  } else {
    states_.resize(states_.size() - size_);
  }
}

/// Keeps the start and every second time t_0, t_2, ..; r becomes r^2.
void Recorder::halve() {
  std::vector<std::size_t> rows{0};
  for (std::size_t k = 1; k < times_.size(); k += 2) rows.push_back(k);
  select(rows);
  next_ = (next_ + 1) / 2;
  ratio_ *= ratio_;
}

/// Keeps records - 1 rows: the start, and of the others those nearest to even spacing in log t.
void Recorder::thin() {
  const auto wanted = static_cast<std::size_t>(settings_.records - 2);
  const std::size_t held = times_.size() - 1;
  if (held <= wanted) return;
  std::vector<std::size_t> rows{0};
  for (std::size_t k = 1; k <= wanted; ++k) rows.push_back((k * held + wanted / 2) / (wanted + 1));
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  select(rows);
}

void Recorder::select(const std::vector<std::size_t>& rows) {
  for (std::size_t to = 0; to < rows.size(); ++to) {
    times_[to] = times_[rows[to]];
    std::copy_n(states_.begin() + static_cast<std::ptrdiff_t>(rows[to] * size_), size_,
                states_.begin() + static_cast<std::ptrdiff_t>(to * size_));
  }
  times_.resize(rows.size());
  states_.resize(rows.size() * size_);
}

void Recorder::finish(Differentiable& risk, Observer& observer, double end_time, std::span<const double> end,
                      Result& result) {
  while (times_.back() >= end_time && times_.size() > 1) times_.pop_back();
  states_.resize(times_.size() * size_);
  if (geometric_) thin();
  if (end_time > 0) {
    times_.push_back(end_time);
    states_.insert(states_.end(), end.begin(), end.end());
  }
  const std::size_t columns = observer.size();
  std::vector<double> gradient(size_);
  result.trajectory.flow_time = times_;
  result.trajectory.values.resize(times_.size() * columns);
  for (std::size_t k = 0; k < times_.size(); ++k) {
    result.risk = risk.gradient(row(k), gradient);
    observer.observe(times_[k], row(k), result.risk, gradient,
                     {result.trajectory.values.data() + k * columns, columns});
  }
  result.gradient_norm = norm(gradient);
  result.finals.assign(result.trajectory.values.end() - static_cast<std::ptrdiff_t>(columns),
                       result.trajectory.values.end());
}

}  // namespace flowsweep::flow

#include "flow/recorder.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace flowsweep::flow {
namespace {

/// t_1 as a share of |theta| / |g|, the time in which the start would change by its own size.
constexpr double first_share = 0.01;
/// t_1 is at most this share of the horizon, so that short flows have rows too.
constexpr double horizon_share = 1e-3;
/// Decades that 2 x records rows cover at first.
constexpr double first_decades = 4;
/// r doubles its decades with each halving; the times of doubles span about 600.
constexpr std::uint32_t most_halvings = 64;

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
    : Recorder(settings, Records{}, start.size()) {
  records_.times.push_back(0);
  records_.states.assign(start.begin(), start.end());
  if (geometric_) records_.first_time = first_time_of(settings, norm(start), gradient_norm);
}

Recorder::Recorder(const Settings& settings, const Records& records, std::size_t size)
    : settings_(settings), size_(size), geometric_(settings.record_times.empty()), records_(records) {
  if (!geometric_) return;
  ratio_ = std::pow(10.0, first_decades / (2.0 * settings.records));
  for (std::uint32_t k = 0; k < records.halvings; ++k) ratio_ *= ratio_;
}

bool Recorder::could_hold(const Records& records, double flow_time, std::size_t size,
                          const Settings& settings) {
  const auto& times = records.times;
  if (times.empty() || times.front() != 0 || !(times.back() <= flow_time)) return false;
  if (std::ranges::adjacent_find(times, std::greater_equal<>()) != times.end()) return false;
  if (records.states.size() != times.size() * size || records.halvings > most_halvings) return false;
  const Recorder recorder(settings, Records{{}, {}, records.next, records.first_time, records.halvings},
                          size);
  return recorder.records_nothing() || recorder.next_time() > flow_time;
}

bool Recorder::records_nothing() const {
  return geometric_ && settings_.records <= 2;
}

double Recorder::next_time() const {
  if (geometric_) return records_.first_time * std::pow(ratio_, static_cast<double>(records_.next));
  return records_.next < settings_.record_times.size() ? settings_.record_times[records_.next]
                                                       : std::numeric_limits<double>::infinity();
}

void Recorder::passed(const Stepper& stepper) {
  if (records_nothing()) return;
  for (double time = next_time(); time <= stepper.time(); time = next_time()) {
    keep(stepper, time);
    ++records_.next;
    if (geometric_ && records_.times.size() > 2 * static_cast<std::size_t>(settings_.records)) halve();
  }
}

void Recorder::keep(const Stepper& stepper, double time) {
  records_.states.resize(records_.states.size() + size_);
  const double found =
      stepper.snapshot(time, {records_.states.data() + records_.states.size() - size_, size_});
  if (found > records_.times.back()) {
    records_.times.push_back(found);
  } else {
    records_.states.resize(records_.states.size() - size_);
  }
}

/// Keeps the start and every second time t_0, t_2, ..; r becomes r^2.
void Recorder::halve() {
  std::vector<std::size_t> rows{0};
  for (std::size_t k = 1; k < records_.times.size(); k += 2) rows.push_back(k);
  select(rows);
  records_.next = (records_.next + 1) / 2;
  ratio_ *= ratio_;
  ++records_.halvings;
}

/// Keeps records - 1 rows: the start, and of the others those nearest to even spacing in log t.
void Recorder::thin() {
  const auto wanted = static_cast<std::size_t>(settings_.records - 2);
  const std::size_t held = records_.times.size() - 1;
  if (held <= wanted) return;
  std::vector<std::size_t> rows{0};
  for (std::size_t k = 1; k <= wanted; ++k) rows.push_back((k * held + wanted / 2) / (wanted + 1));
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  select(rows);
}

void Recorder::select(const std::vector<std::size_t>& rows) {
  for (std::size_t to = 0; to < rows.size(); ++to) {
    records_.times[to] = records_.times[rows[to]];
    std::copy_n(records_.states.begin() + static_cast<std::ptrdiff_t>(rows[to] * size_), size_,
                records_.states.begin() + static_cast<std::ptrdiff_t>(to * size_));
  }
  records_.times.resize(rows.size());
  records_.states.resize(rows.size() * size_);
}

void Recorder::finish(Differentiable& risk, Observer& observer, double end_time, std::span<const double> end,
                      Result& result) {
  while (records_.times.back() >= end_time && records_.times.size() > 1) records_.times.pop_back();
  records_.states.resize(records_.times.size() * size_);
  if (geometric_) thin();
  if (end_time > 0) {
    records_.times.push_back(end_time);
    records_.states.insert(records_.states.end(), end.begin(), end.end());
  }
  const std::size_t columns = observer.size();
  std::vector<double> gradient(size_);
  result.trajectory.flow_time = records_.times;
  result.trajectory.values.resize(records_.times.size() * columns);
  for (std::size_t k = 0; k < records_.times.size(); ++k) {
    result.risk = risk.gradient(row(k), gradient);
    observer.observe(records_.times[k], row(k), result.risk, gradient,
                     {result.trajectory.values.data() + k * columns, columns});
  }
  result.gradient_norm = norm(gradient);
  result.finals.assign(result.trajectory.values.end() - static_cast<std::ptrdiff_t>(columns),
                       result.trajectory.values.end());
}

}  // namespace flowsweep::flow

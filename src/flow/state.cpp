#include "flow/state.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "flow/recorder.hpp"
#include "flow/stepper.hpp"

namespace flowsweep::flow {
namespace {

/// First bytes of an encoded state; the digit is the version of the layout.
constexpr std::string_view layout = "flow-state-1";

class Writer {
 public:
  template <class T>
  void operator()(const T& value) {
    static_assert(std::is_arithmetic_v<T>);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void operator()(const std::vector<double>& values) {
    (*this)(static_cast<std::uint64_t>(values.size()));
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double));
  }
  std::string bytes;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  template <class T>
  void operator()(T& value) {
    static_assert(std::is_arithmetic_v<T>);
    take(&value, sizeof value);
  }
  void operator()(std::vector<double>& values) {
    std::uint64_t count = 0;
    (*this)(count);
    good_ = good_ && count <= left_.size() / sizeof(double);
    if (!good_) return;
    values.resize(count);
    take(values.data(), count * sizeof(double));
  }
  /// Whether everything was there and nothing is left.
  bool finished() const { return good_ && left_.empty(); }

 private:
  void take(void* to, std::size_t size) {
    good_ = good_ && size <= left_.size();
    if (!good_ || size == 0) return;
    std::memcpy(to, left_.data(), size);
    left_.remove_prefix(size);
  }

  std::string_view left_;
  bool good_ = true;
};

/// The one list of what is written and read, in this order.
template <class Visitor, class AnyState>
void visit(Visitor& visitor, AnyState& state) {
  visitor(state.flow_time);
  visitor(state.steps);
  visitor(state.evaluations);
  visitor(state.products);
  visitor(state.largest_gradient_norm);
  visitor(state.elapsed_seconds);
  visitor(state.theta);
  visitor(state.memory);
  visitor(state.records.times);
  visitor(state.records.states);
  visitor(state.records.next);
  visitor(state.records.first_time);
  visitor(state.records.halvings);
}

bool finite(std::span<const double> values) {
  return std::ranges::all_of(values, [](double x) { return std::isfinite(x); });
}
bool finite_and_not_negative(double x) {
  return std::isfinite(x) && x >= 0;
}

bool counts_fit(const State& state, const Settings& settings) {
  const bool euler = settings.integrator == Integrator::euler;
  return state.steps > 0 && state.steps < (euler ? settings.steps : settings.step_limit) &&
         state.evaluations >= 0 && state.products >= 0 &&
         (!is_multistep(settings.integrator) || state.steps % settings.restart_steps == 0);
}

bool time_fits(const State& state, const Settings& settings) {
  if (settings.integrator == Integrator::euler)
    return state.flow_time == static_cast<double>(state.steps) * settings.step;
  return state.flow_time > 0 && state.flow_time < settings.horizon;
}

bool memory_fits(const State& state, const Settings& settings) {
  switch (settings.integrator) {
    case Integrator::dormand_prince:
      return is_dormand_prince_memory(state.memory, state.theta.size());
    case Integrator::euler:
      return is_euler_memory(state.memory, state.theta.size());
    case Integrator::bdf:
    case Integrator::adams:
      break;
  }
  return is_cvode_memory(state.memory);
}

}  // namespace

std::string encode(const State& state) {
  Writer writer;
  writer.bytes = layout;
  visit(writer, state);
  return std::move(writer.bytes);
}

std::optional<State> decode(std::string_view bytes) {
  if (!bytes.starts_with(layout)) return std::nullopt;
  Reader reader(bytes.substr(layout.size()));
  State state;
  visit(reader, state);
  if (!reader.finished()) return std::nullopt;
  return state;
}

bool fits(const State& state, std::size_t size, const Settings& settings) {
  return state.theta.size() == size && finite(state.theta) && counts_fit(state, settings) &&
         time_fits(state, settings) && finite_and_not_negative(state.largest_gradient_norm) &&
         finite_and_not_negative(state.elapsed_seconds) && memory_fits(state, settings) &&
         Recorder::could_hold(state.records, state.flow_time, size, settings);
}

}  // namespace flowsweep::flow

#include "flow/state.hpp"

#include <limits>

#include "flow/interruptions.hpp"
#include "flow/stepper.hpp"
#include "support/catch.hpp"

namespace {

using namespace flowsweep;
using namespace flowsweep::test;
using flow::Integrator;

const std::vector<double> start = {0.1, 0.2};

flow::Settings settings_for(Integrator integrator) {
  flow::Settings settings;
  settings.integrator = integrator;
  settings.horizon = 4;
  settings.step = 0.05;
  settings.steps = 80;
  settings.step_limit = 400;
  settings.restart_steps = 20;
  settings.records = 4;
  return settings;
}

flow::Result resume(const flow::Settings& settings, const std::string& bytes) {
  TwoLayer risk(1, 0);
  Interruptions interruptions;
  interruptions.bytes = bytes;
  return run_interrupted(risk, start, settings, interruptions, [] { return 0; });
}

std::string state_after_20_steps(const flow::Settings& settings) {
  TwoLayer risk(1, 0);
  Probe probe;
  Interruptions interruptions;
  interruptions.steps_left = 20;
  flow::integrate(risk, start, settings, probe, &interruptions);
  REQUIRE_FALSE(interruptions.bytes.empty());
  return interruptions.bytes;
}

}  // namespace

TEST_CASE("A state survives its bytes") {
  for (const Integrator integrator : all) {
    const std::string bytes = state_after_20_steps(settings_for(integrator));
    const auto state = flow::decode(bytes);
    REQUIRE(state);
    CHECK(flow::encode(*state) == bytes);
    CHECK(flow::fits(*state, start.size(), settings_for(integrator)));
  }
}

TEST_CASE("Truncated and extended bytes are no state") {
  const std::string bytes = state_after_20_steps(settings_for(Integrator::bdf));
  for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(flow::decode(bytes.substr(0, size)));
  CHECK_FALSE(flow::decode(bytes + '\0'));
}

TEST_CASE("A flow comes to an end from bytes with any one byte changed") {
  for (const Integrator integrator : all) {
    const flow::Settings settings = settings_for(integrator);
    const std::string whole = state_after_20_steps(settings);
    // Every byte, its bits in turn.
    for (std::size_t bit = 0; bit < 8 * whole.size(); bit += 9) {
      CAPTURE(name(integrator), bit);
      std::string bytes = whole;
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
      const flow::Result result = resume(settings, bytes);
      REQUIRE(result.steps <= settings.step_limit);
      REQUIRE(result.trajectory.flow_time.size() <= static_cast<std::size_t>(settings.records));
    }
  }
}

TEST_CASE("States of another flow are ignored") {
  const flow::Settings settings = settings_for(Integrator::bdf);
  const std::string bytes = state_after_20_steps(settings);
  const auto ignored = [&](const flow::Settings& other) {
    return same_bits(resume(other, bytes), resume(other, ""));
  };
  for (const Integrator integrator : {Integrator::dormand_prince, Integrator::euler})
    CHECK(ignored(settings_for(integrator)));
  flow::Settings other = settings;
  other.restart_steps = 7;
  CHECK(ignored(other));
  other = settings;
  other.step_limit = 10;
  CHECK(ignored(other));
  other = settings;
  other.horizon = 1e-3;
  CHECK(ignored(other));
}

TEST_CASE("No number of a state may be out of its range") {
  const flow::Settings settings = settings_for(Integrator::dormand_prince);
  const flow::State good = flow::decode(state_after_20_steps(settings)).value();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::function<void(flow::State&)>> changes = {
      [&](flow::State& s) { s.flow_time = nan; },
      [&](flow::State& s) { s.flow_time = 0; },
      [&](flow::State& s) { s.flow_time = 5; },
      [&](flow::State& s) { s.steps = -1; },
      [&](flow::State& s) { s.evaluations = -1; },
      [&](flow::State& s) { s.products = -1; },
      [&](flow::State& s) { s.largest_gradient_norm = nan; },
      [&](flow::State& s) { s.elapsed_seconds = -1; },
      [&](flow::State& s) { s.theta[0] = nan; },
      [&](flow::State& s) { s.theta.push_back(0); },
      [&](flow::State& s) { s.memory[0] = 0; },
      [&](flow::State& s) { s.memory[1] = nan; },
      [&](flow::State& s) { s.memory.pop_back(); },
      [&](flow::State& s) { s.memory.clear(); },
      [&](flow::State& s) { s.records.times.clear(); },
      [&](flow::State& s) { s.records.times.front() = 1e-9; },
      [&](flow::State& s) { s.records.times.back() = 3.9; },
      [&](flow::State& s) { s.records.states.pop_back(); },
      [&](flow::State& s) { s.records.first_time = 0; },
      [&](flow::State& s) { s.records.next = 0; },
      [&](flow::State& s) { s.records.halvings = 1000; },
  };
  REQUIRE(flow::fits(good, start.size(), settings));
  for (std::size_t k = 0; k < changes.size(); ++k) {
    CAPTURE(k);
    flow::State changed = good;
    changes[k](changed);
    CHECK_FALSE(flow::fits(changed, start.size(), settings));
  }
}

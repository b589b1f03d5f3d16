#include <cmath>
#include <limits>
#include <random>

#include "flow/interruptions.hpp"
#include "flow/stepper.hpp"
#include "support/catch.hpp"

namespace {

using namespace flowsweep;
using namespace flowsweep::test;
using flow::Integrator;
using record::Status;

constexpr std::int64_t between_restarts = 60;

flow::Settings settings_for(Integrator integrator) {
  flow::Settings settings;
  settings.integrator = integrator;
  settings.horizon = 8;
  settings.step = 0.05;
  settings.steps = 160;
  settings.restart_steps = between_restarts;
  settings.records = 9;
  return settings;
}

/// Flows with different ends, weights and records.
struct Case {
  std::string what;
  std::function<std::unique_ptr<Differentiable>()> risk;
  std::vector<double> start;
  std::function<void(flow::Settings&)> set = [](flow::Settings&) {};
};

double wall(std::span<const double> theta, std::span<double> gradient) {
  gradient[0] = theta[0] > 2 ? std::numeric_limits<double>::quiet_NaN() : -1 - std::sin(9 * theta[0]);
  return -theta[0];
}
double kink(std::span<const double> theta, std::span<double> gradient) {
  const double slope = 1 + 0.5 * std::sin(300 * theta[0]);
  gradient[0] = theta[0] > 0 ? slope : -slope;
  return std::abs(theta[0]);
}

std::vector<Case> cases() {
  const auto two_layer = [](std::size_t d, std::uint64_t seed, bool hessian) {
    return [=] { return std::make_unique<TwoLayer>(d, seed, hessian); };
  };
  const auto custom = [](double (*function)(std::span<const double>, std::span<double>)) {
    return [=] { return std::make_unique<Custom>(1, function); };
  };
  return {
      {"dense Newton", two_layer(2, 5, true), near_diagonal(2, 0.3, 6)},
      {"Krylov Newton, explicit records", two_layer(3, 7, true), near_diagonal(3, 0.1, 8),
       [](flow::Settings& s) {
         s.record_times = {0.01, 0.5, 0.50001, 3, 7};
       }},
      {"no Hessian products, converging", two_layer(2, 9, false), near_diagonal(2, 0.2, 10),
       [](flow::Settings& s) { s.horizon = 1e6, s.steps = 3000, s.gradient_tolerance = 1e-10; }},
      {"records of start and end",
       two_layer(1, 0, true),
       {0.1, 0.2},
       [](flow::Settings& s) { s.records = 2; }},
      {"few steps", two_layer(2, 5, true), near_diagonal(2, 0.3, 6),
       [](flow::Settings& s) { s.step_limit = 150, s.records = 3; }},
      {"unbounded below",
       [] {
         return std::make_unique<Quadratic>(std::vector<double>{-1, 2});
       },
       {1, 1},
       [](flow::Settings& s) { s.horizon = 100, s.steps = 5000, s.records = 3; }},
      {"a wall", custom(wall), {0}},
      {"a kink", custom(kink), {1}, [](flow::Settings& s) { s.absolute_tolerance = 1e-300; }},
  };
}

class CountingTwoLayer : public TwoLayer {
 public:
  using TwoLayer::TwoLayer;
  double gradient(std::span<const double> theta, std::span<double> gradient) override {
    ++gradients;
    return TwoLayer::gradient(theta, gradient);
  }
  void hessian_product(std::span<const double> theta, std::span<const double> direction,
                       std::span<double> product) override {
    ++products;
    TwoLayer::hessian_product(theta, direction, product);
  }
  std::int64_t gradients = 0, products = 0;
};

/// Undisturbed against interrupted, of every case with every integrator.
template <class Check>
void for_every_flow(Check&& check) {
  for (const Case& flow : cases())
    for (const Integrator integrator : all) {
      CAPTURE(flow.what, name(integrator));
      flow::Settings settings = settings_for(integrator);
      flow.set(settings);
      const auto risk = flow.risk();
      check(*risk, flow.start, settings, run(*risk, flow.start, settings));
    }
}

}  // namespace

TEST_CASE("A flow continued from bytes has the bits of an undisturbed one, wherever it was stopped") {
  for_every_flow([](Differentiable& risk, const std::vector<double>& start, const flow::Settings& settings,
                    const flow::Result& undisturbed) {
    // Every stop of a short flow; fewer of a long one, so that all calls together take this many steps.
    constexpr std::int64_t steps_in_all = 20000;
    const std::int64_t stride = 1 + undisturbed.steps * undisturbed.steps / steps_in_all;
    for (std::int64_t stop = 1; stop < undisturbed.steps; stop += stride) {
      CAPTURE(stop, undisturbed.steps);
      Interruptions interruptions;
      bool first = true;
      const auto once = [&] { return std::exchange(first, false) ? stop : 0; };
      REQUIRE(same_bits(run_interrupted(risk, start, settings, interruptions, once), undisturbed));
      REQUIRE(interruptions.bytes.empty() ==
              (flow::is_multistep(settings.integrator) && stop < between_restarts));
    }
  });
}

TEST_CASE("A flow stopped many times, at random, has the bits of an undisturbed one") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for_every_flow([&](Differentiable& risk, const std::vector<double>& start, const flow::Settings& settings,
                     const flow::Result& undisturbed) {
    // A multistep flow gets ahead only in calls that reach a restart.
    const bool multistep = flow::is_multistep(settings.integrator);
    std::uniform_int_distribution<std::int64_t> steps(multistep ? between_restarts : 1, 2 * between_restarts);
    Interruptions interruptions;
    interruptions.always_due = true;
    const auto result = run_interrupted(risk, start, settings, interruptions, [&] { return steps(random); });
    CHECK(same_bits(result, undisturbed));
  });
}

TEST_CASE("Restarts change the bits of multistep flows, so that an undisturbed flow must make them too") {
  for (const Integrator integrator : all) {
    CAPTURE(name(integrator));
    TwoLayer risk(2, 5);
    const auto start = near_diagonal(2, 0.3, 6);
    flow::Settings restarted = settings_for(integrator), whole = restarted;
    whole.restart_steps = std::numeric_limits<std::int64_t>::max();
    CHECK(same_bits(run(risk, start, restarted), run(risk, start, whole)) == !flow::is_multistep(integrator));
  }
}

TEST_CASE("Restarts keep to the same flow, and all work is counted, interrupted or not") {
  // The error of order 1 steps after a restart is held to the same tolerance as any.
  constexpr double tolerance = 1e-7;
  for (const Integrator integrator : all) {
    CAPTURE(name(integrator));
    CountingTwoLayer risk(2, 5);
    const auto start = near_diagonal(2, 0.3, 6);
    flow::Settings settings = settings_for(integrator);
    const flow::Result restarted = run(risk, start, settings);
    const auto rows = static_cast<std::int64_t>(restarted.trajectory.flow_time.size());
    CHECK(risk.gradients == restarted.evaluations + rows);
    CHECK(risk.products == restarted.products);
    settings.restart_steps = std::numeric_limits<std::int64_t>::max();
    const flow::Result whole = run(risk, start, settings);
    for (std::size_t i = 0; i < start.size(); ++i)
      CHECK(restarted.theta[i] == Approx(whole.theta[i]).margin(tolerance));
  }
}

TEST_CASE("A flow that ends before its first restart knows nothing of it") {
  TwoLayer risk(2, 5);
  const auto start = near_diagonal(2, 0.3, 6);
  flow::Settings settings = settings_for(Integrator::bdf);
  settings.restart_steps = std::numeric_limits<std::int64_t>::max();
  const flow::Result whole = run(risk, start, settings);
  settings.restart_steps = whole.steps;
  CHECK(same_bits(run(risk, start, settings), whole));
}

TEST_CASE("States are saved when due: multistep integrators at restarts, the others after every step") {
  for (const Integrator integrator : all) {
    CAPTURE(name(integrator));
    TwoLayer risk(2, 5);
    const auto start = near_diagonal(2, 0.3, 6);
    Interruptions interruptions;
    interruptions.always_due = true;
    const auto result =
        run_interrupted(risk, start, settings_for(integrator), interruptions, [] { return 0; });
    const std::int64_t stride = flow::is_multistep(integrator) ? between_restarts : 1;
    std::vector<std::int64_t> expected;
    for (std::int64_t step = stride; step < result.steps; step += stride) expected.push_back(step);
    CHECK(interruptions.saved_steps == expected);
    CHECK(expected.size() >= 2);
  }
}

TEST_CASE("An interrupted call returns no numbers and says so") {
  TwoLayer risk(2, 5);
  Probe probe;
  Interruptions interruptions;
  interruptions.steps_left = 3;
  const auto result =
      flow::integrate(risk, near_diagonal(2, 0.3, 6), settings_for(Integrator::bdf), probe, &interruptions);
  CHECK(result.status == Status::not_run);
  CHECK(result.message == "interrupted");
  CHECK(result.theta.empty());
  CHECK(result.trajectory.flow_time.empty());
}

TEST_CASE("Wall time adds up over calls, and a time limit counts all of it") {
  for (const Integrator integrator : all) {
    CAPTURE(name(integrator));
    TwoLayer risk(2, 5);
    const auto start = near_diagonal(2, 0.3, 6);
    flow::Settings settings = settings_for(integrator);
    settings.time_limit = 1e6;
    Interruptions interruptions;
    interruptions.steps_left = 2 * between_restarts;
    Probe probe;
    flow::integrate(risk, start, settings, probe, &interruptions);
    flow::State state = flow::decode(interruptions.bytes).value();
    CHECK(state.elapsed_seconds > 0);
    CHECK(state.elapsed_seconds < settings.time_limit);
    state.elapsed_seconds = settings.time_limit;
    interruptions.bytes = flow::encode(state);
    const auto result = flow::integrate(risk, start, settings, probe, &interruptions);
    CHECK(result.status == Status::timed_out);
    CHECK(result.steps == state.steps + 1);
    CHECK(result.elapsed_before == settings.time_limit);
  }
}

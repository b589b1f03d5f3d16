#include <algorithm>
#include <cmath>

#include "flow/problems.hpp"
#include "support/catch.hpp"

namespace {

using namespace flowsweep;
using namespace flowsweep::test;
using flow::Integrator;

flow::Settings settings_for(Integrator integrator) {
  flow::Settings settings;
  settings.integrator = integrator;
  settings.step = 0.05;
  settings.steps = 5000;
  return settings;
}

const std::vector<double> start = near_diagonal(3, 0.1, 17);

}  // namespace

TEST_CASE("Records never change the flow, and a repetition gives the same bits") {
  for (auto integrator : all) {
    CAPTURE(name(integrator));
    TwoLayer risk(3, 0);
    auto settings = settings_for(integrator);
    const auto reference = run(risk, start, settings);
    REQUIRE(reference.status == record::Status::converged);
    std::vector<flow::Settings> variants(4, settings);
    variants[1].records = 2;
    variants[2].records = 1000;
    variants[3].record_times = {1e-3, 0.5, 0.51, 3};
    for (const auto& variant : variants) {
      const auto result = run(risk, start, variant);
      CHECK(result.theta == reference.theta);
      CHECK(result.flow_time == reference.flow_time);
      CHECK(result.evaluations == reference.evaluations);
      CHECK(result.finals == reference.finals);
    }
    CHECK(run(risk, start, settings).trajectory.values == reference.trajectory.values);
  }
}

TEST_CASE("Log-spaced records: start, rising times, end, exactly as many as asked for") {
  const int records = GENERATE(2, 3, 5, 16, 64);
  for (auto integrator : adaptive) {
    CAPTURE(name(integrator), records);
    TwoLayer risk(3, 0);
    auto settings = settings_for(integrator);
    settings.records = records;
    const auto result = run(risk, start, settings);
    const auto& times = result.trajectory.flow_time;
    REQUIRE(times.size() == static_cast<std::size_t>(records));
    CHECK(result.trajectory.values.size() == times.size() * Probe::columns);
    CHECK(times.front() == 0);
    CHECK(times.back() == result.flow_time);
    CHECK(std::ranges::adjacent_find(times, std::greater_equal<>()) == times.end());
    CHECK(std::equal(result.finals.begin(), result.finals.end(),
                     result.trajectory.values.end() - Probe::columns));
  }
}

TEST_CASE("Log-spaced records are even in log time whatever the length of the flow") {
  const double horizon = GENERATE(1e-2, 1.0, 1e3, 1e6);
  CAPTURE(horizon);
  Quadratic risk({1e-9, 1});
  flow::Settings settings;
  settings.horizon = horizon;
  const auto& times = run(risk, {1.0, 1.0}, settings).trajectory.flow_time;
  REQUIRE(times.size() > 32);
  REQUIRE(times.size() <= 64);
  const double mean = std::log(times.back() / times[1]) / static_cast<double>(times.size() - 2);
  for (std::size_t k = 2; k < times.size(); ++k) {
    CAPTURE(k);
    CHECK(std::log(times[k] / times[k - 1]) < 2.5 * mean);
  }
}

TEST_CASE("record_times are met exactly, up to the end") {
  for (auto integrator : adaptive) {
    CAPTURE(name(integrator));
    Quadratic risk({1, 3});
    auto settings = settings_for(integrator);
    settings.horizon = 1;
    settings.record_times = {1e-9, 0.001, 0.25, 1, 7};
    const auto result = run(risk, {1.0, 1.0}, settings);
    CHECK(result.trajectory.flow_time == std::vector<double>{0, 1e-9, 0.001, 0.25, 1});
  }
}

TEST_CASE("Euler records the step at or before each time") {
  Quadratic risk({1});
  flow::Settings settings;
  settings.integrator = Integrator::euler;
  settings.step = 0.1;
  settings.steps = 10;
  settings.record_times = {0.05, 0.3, 0.37, 0.38, 0.99, 1.0};
  const auto result = run(risk, {1.0}, settings);
  const std::vector<double> expected = {0, 0.3, 0.9, 1};
  const auto& times = result.trajectory.flow_time;
  REQUIRE(times.size() == expected.size());
  for (std::size_t k = 0; k < times.size(); ++k) {
    CHECK(times[k] == Approx(expected[k]));
    CHECK(result.trajectory.values[k * Probe::columns + 3] == Approx(std::pow(0.9, 10 * expected[k])));
  }
}

TEST_CASE("A row holds risk and gradient at its own state") {
  for (auto integrator : all) {
    CAPTURE(name(integrator));
    Quadratic risk({2});
    auto settings = settings_for(integrator);
    const auto result = run(risk, {1.0}, settings);
    for (std::size_t k = 0; k < result.trajectory.flow_time.size(); ++k) {
      const double* row = result.trajectory.values.data() + k * Probe::columns;
      CHECK(row[0] == result.trajectory.flow_time[k]);
      CHECK(row[1] == Approx(row[3] * row[3]));
      CHECK(row[2] == Approx(2 * std::abs(row[3])));
    }
  }
}

#include "experiment/causal_attention.hpp"

#include <algorithm>

#include "experiment/causal_attention_observer.hpp"
#include "experiment/sampled_cost.hpp"
#include "experiment/sequence_start.hpp"
#include "model/linear_attention.hpp"
#include "risk/causal_risk.hpp"
#include "theory/causal_setting.hpp"

namespace flowsweep::experiment {
namespace {

std::uint32_t count_weights(const sweep::Point& point) {
  return static_cast<std::uint32_t>(
      model::weight_count(static_cast<std::size_t>(point.integer("dimension"))));
}

std::vector<double> initial_weights(const sweep::Point& point) {
  return complex_start(point, theory::mesa_setting(point));
}

constexpr std::int64_t restart_steps = 200;  // as other risks that are sums over a sample

Problem problem(const sweep::Point& point) {
  const theory::MesaSetting setting = theory::mesa_setting(point);
  Problem result;
  result.start = initial_weights(point);
  const risk::SampledSequences sample = theory::training_sequences(point);
  result.risk = std::make_unique<risk::CausalRisk>(
      risk::Sequences{setting.dimension, static_cast<int>(setting.context), sample.initial, sample.phase},
      theory::causal_score(point), setting.masked);
  result.observer = std::make_unique<CausalAttentionObserver>(point, setting, result.start);
  result.restart_steps = restart_steps;
  return result;
}

// Seconds on one core with AVX-512, d = 1 .. 8: a pair of steps of a sequence, and a step.
constexpr double pair_fixed = 0.3e-9, pair_component = 0.55e-9, step_square = 2e-9;
constexpr double start_up = 50e-6;
// A test sequence: a step of its walk and of its prediction.
constexpr double tested_component = 12e-9;

double predicted_seconds(const sweep::Point& point) {
  const auto d = static_cast<double>(point.integer("dimension"));
  const auto T = static_cast<double>(point.integer("context"));
  const double gradient = static_cast<double>(point.integer("sequences")) * T *
                          (T / 2 * (pair_fixed + pair_component * d) + step_square * d * d);
  const double asked = point.uses("steps")
                           ? static_cast<double>(point.integer("steps"))
                           : std::min(direct_evaluations, static_cast<double>(point.integer("step_limit")));
  const std::int64_t given = point.uses("test_context") ? point.integer("test_context") : 0;
  const double tested = static_cast<double>(point.integer("test_sequences")) *
                        (given > 0 ? static_cast<double>(given) : T) * d * tested_component;
  return start_up + asked * gradient + expected_records(point) * (gradient + tested);
}

// A start and a phase of each component of the point's sequences, with the five numbers that a kernel makes
// of them or the three states that tests keep; and the states of one block of lanes.
std::vector<Holding> holdings(const sweep::Point& point) {
  const auto integer = [&](const char* key) { return static_cast<std::uint64_t>(point.integer(key)); };
  const std::uint64_t component = sizeof(double) * integer("dimension");
  constexpr std::uint64_t numbers = 7, tested = 8, lanes = 8;
  return {{"sequences", numbers * component * integer("sequences")},
          {"test_sequences", tested * component * integer("test_sequences")},
          {"context", 2 * lanes * component * integer("context")}};
}

}  // namespace

ModelFamily causal_attention() {
  return {"causal-attention",
          causal_attention_observables,
          count_weights,
          initial_weights,
          problem,
          predicted_seconds,
          holdings};
}

}  // namespace flowsweep::experiment

#include "experiment/linear_attention.hpp"

#include "experiment/cost.hpp"
#include "experiment/linear_attention_observer.hpp"
#include "experiment/sampled_cost.hpp"
#include "experiment/sequence_start.hpp"
#include "model/linear_attention.hpp"
#include "risk/empirical.hpp"
#include "risk/full_population.hpp"
#include "risk/held_entries.hpp"
#include "risk/population.hpp"
#include "risk/precomputed.hpp"
#include "risk/sampling.hpp"
#include "theory/mesa_setting.hpp"
#include "theory/mesa_weights.hpp"

namespace flowsweep::experiment {
namespace {

using theory::MesaSetting;

risk::EmpiricalOptions empirical_options(const sweep::Point& point) {
  risk::EmpiricalOptions options;
  options.diagonal_mask = point.integer("mask") != 0;
  options.precision = point.name("precision") == "float" ? risk::Precision::single_precision
                                                         : risk::Precision::double_precision;
  return options;
}

// The exact risk of the free blocks, as a function of the entries that are not masked.
std::unique_ptr<Differentiable> population_risk(const sweep::Point& point, const MesaSetting& setting) {
  std::unique_ptr<Differentiable> risk;
  if (setting.all_blocks)
    risk = risk::full_population_risk(*setting.law, setting.context);
  else
    risk = std::make_unique<risk::PopulationRisk>(setting.law, setting.context);
  if (!setting.masked) return risk;
  const auto d = static_cast<std::size_t>(setting.dimension);
  return std::make_unique<risk::HeldEntries>(
      std::move(risk), real_start(point, setting),
      setting.all_blocks ? risk::full_off_diagonal_entries(d) : risk::off_diagonal_entries(d));
}

// The risk that the flow of a point descends.
std::unique_ptr<Differentiable> training_risk(const sweep::Point& point, const MesaSetting& setting) {
  if (setting.population) return population_risk(point, setting);
  const auto sample =
      risk::sample_sequences(*setting.law, static_cast<std::size_t>(point.integer("sequences")), point.id(),
                             Stream::training_sequences);
  const risk::Sequences sequences{setting.dimension, static_cast<int>(setting.context), sample.initial,
                                  sample.phase};
  const risk::EmpiricalOptions options = empirical_options(point);
  const risk::Trained trained = trained_blocks(point);
  if (precomputes_training(point))
    return std::make_unique<risk::PrecomputedRisk>(
        risk::SufficientStatistics(sequences, risk::Steps::all, trained), options.diagonal_mask);
  auto direct = std::make_unique<risk::EmpiricalRisk>(sequences, options);
  if (trained == risk::Trained::all) return direct;
  const auto d = static_cast<std::size_t>(setting.dimension);
  return std::make_unique<risk::HeldEntries>(
      std::move(direct), std::vector<double>(model::weight_count(d), 0.0), risk::other_block_entries(d));
}

std::vector<double> initial_weights(const sweep::Point& point) {
  const MesaSetting setting = theory::mesa_setting(point);
  return setting.population ? real_start(point, setting) : complex_start(point, setting);
}

std::uint32_t count_weights(const sweep::Point& point) {
  const auto d = static_cast<std::size_t>(point.integer("dimension"));
  if (point.name("risk") != "population") return static_cast<std::uint32_t>(model::weight_count(d));
  return static_cast<std::uint32_t>(point.name("blocks") == "all" ? 6 * d * d : 2 * d * d);
}

// A point of the empirical risk takes hours where one of the exact risk takes seconds, and about 1000 steps:
// more restarts than its cost alone would ask for (docs/decisions/integrators.md).
constexpr std::int64_t empirical_restart_steps = 200;

Problem problem(const sweep::Point& point) {
  const MesaSetting setting = theory::mesa_setting(point);
  Problem result;
  result.start = initial_weights(point);
  result.risk = training_risk(point, setting);
  const double balance = theory::diagonal_structure(result.start, setting.dimension).balance;
  const theory::LimitWeights limit =
      theory::limit_weights(theory::predicted_limit(setting).product, balance / setting.dimension);
  result.observer =
      std::make_unique<LinearAttentionObserver>(setting.dimension, limit, test_sequences(point, setting));
  if (!setting.population) result.restart_steps = empirical_restart_steps;
  return result;
}

// A start and a phase of each component of the point's sequences with the five numbers that are made of them;
// the sufficient statistics count to the dimension.
std::vector<Holding> holdings(const sweep::Point& point) {
  constexpr std::uint64_t drawn = 2, derived = 5;
  const auto integer = [&](const char* key) { return static_cast<std::uint64_t>(point.integer(key)); };
  if (!point.uses("sequences")) return {};
  std::vector<Holding> held = {{"dimension", statistics_bytes(point)}};
  const std::uint64_t scalar = point.name("precision") == "float" ? sizeof(float) : sizeof(double);
  for (const char* key : {"sequences", "test_sequences"})
    held.push_back({key, (sizeof(double) * drawn + scalar * derived) * integer("dimension") * integer(key)});
  return held;
}

}  // namespace

ModelFamily linear_attention() {
  return {"linear-attention",
          linear_attention_observables,
          count_weights,
          initial_weights,
          problem,
          linear_attention_seconds,
          holdings};
}

}  // namespace flowsweep::experiment

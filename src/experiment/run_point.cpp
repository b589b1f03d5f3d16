#include "experiment/run_point.hpp"

#include <chrono>
#include <exception>
#include <limits>
#include <optional>

#include "experiment/observables.hpp"
#include "experiment/point_checkpointing.hpp"
#include "flow/flow.hpp"
#include "model/linear_attention.hpp"
#include "risk/population.hpp"
#include "risk/sampling.hpp"
#include "theory/mesa_weights.hpp"

namespace flowsweep::experiment {
namespace {

using record::RunRecord;
using record::Status;
using theory::MesaSetting;

flow::Integrator integrator(const std::string& name) {
  std::size_t k = 0;
  while (flow::integrator_names[k] != name) ++k;
  return static_cast<flow::Integrator>(k);
}

// An empirical flow takes hours where a population flow takes seconds, and about 1000 steps: more restarts
// than its cost alone would ask for (docs/decisions/integrators.md).
constexpr std::int64_t empirical_restart_steps = 200;

flow::Settings flow_settings(const sweep::Point& point, const Options& options) {
  flow::Settings settings;
  settings.integrator = integrator(point.name("integrator"));
  settings.gradient_tolerance = point.real("gradient_tolerance");
  if (settings.integrator == flow::Integrator::euler) {
    settings.step = point.real("step");
    settings.steps = point.integer("steps");
  } else {
    settings.horizon = point.real("horizon");
    settings.relative_tolerance = point.real("relative_tolerance");
    settings.absolute_tolerance = point.real("absolute_tolerance");
    settings.step_limit = point.integer("step_limit");
  }
  if (point.uses("record_times"))
    settings.record_times = std::get<std::vector<double>>(point.value("record_times"));
  else
    settings.records = static_cast<int>(point.integer("records"));
  if (point.name("risk") == "empirical") settings.restart_steps = empirical_restart_steps;
  settings.time_limit = options.time_limit;
  return settings;
}

std::unique_ptr<risk::EmpiricalRisk> sampled_risk(const sweep::Point& point, const MesaSetting& setting,
                                                  std::size_t sequences, std::int64_t context, Stream stream,
                                                  const risk::EmpiricalOptions& options) {
  const risk::SampledSequences sample = risk::sample_sequences(*setting.law, sequences, point.id(), stream);
  return std::make_unique<risk::EmpiricalRisk>(
      risk::Sequences{setting.dimension, static_cast<int>(context), sample.initial, sample.phase}, options);
}

risk::EmpiricalOptions empirical_options(const sweep::Point& point) {
  risk::EmpiricalOptions options;
  options.diagonal_mask = point.integer("mask") != 0;
  options.precision = point.name("precision") == "float" ? risk::Precision::single_precision
                                                         : risk::Precision::double_precision;
  return options;
}

std::unique_ptr<Differentiable> training_risk(const sweep::Point& point, const MesaSetting& setting) {
  if (setting.population) return std::make_unique<risk::PopulationRisk>(setting.law, setting.context);
  return sampled_risk(point, setting, static_cast<std::size_t>(point.integer("sequences")), setting.context,
                      Stream::training_sequences, empirical_options(point));
}

// The fresh sequences of the test loss; nullptr if the point asks for none.
std::unique_ptr<risk::EmpiricalRisk> test_risk(const sweep::Point& point, const MesaSetting& setting) {
  if (setting.population || point.integer("test_sequences") == 0) return nullptr;
  const std::int64_t context =
      point.integer("test_context") > 0 ? point.integer("test_context") : setting.context;
  return sampled_risk(point, setting, static_cast<std::size_t>(point.integer("test_sequences")), context,
                      Stream::test_sequences, {});
}

// (B, A): a0 I, b0 I plus noise on every entry.
std::vector<double> start_in_ab(const sweep::Point& point, const MesaSetting& setting) {
  std::vector<double> theta = risk::diagonal_start(setting.dimension, setting.a0, setting.b0);
  CounterRng rng(point.id(), Stream::initial_weights);
  if (setting.perturbation > 0)
    for (double& weight : theta) weight += setting.perturbation * rng.normal();
  return theta;
}

// All blocks of P and Q, complex: P1 = B, Q21 = A, the rest 0.
std::vector<double> embed(const std::vector<double>& theta, int dimension) {
  const auto d = static_cast<std::size_t>(dimension);
  std::vector<double> weights(model::weight_count(d), 0.0);
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j) {
      weights[model::p1_index(d, i, j)] = theta[d * i + j];
      weights[model::q21_index(d, i, j)] = theta[d * d + d * i + j];
    }
  return weights;
}

void take_over(flow::Result&& result, RunRecord& run) {
  run.status = result.status;
  run.message = std::move(result.message);
  run.steps = result.steps;
  run.evaluations = result.evaluations;
  run.products = result.products;
  run.flow_time = result.flow_time;
  run.largest_gradient_norm = result.largest_gradient_norm;
  run.trajectory = std::move(result.trajectory);
  run.finals = std::move(result.finals);
  run.weights = std::move(result.theta);
  run.wall_seconds = result.elapsed_before;
}

void measure_and_judge(const sweep::Point& point, std::span<const theory::Theorem* const> theorems,
                       std::span<const double> start, RunRecord& run) {
  for (const theory::Theorem* theorem : theorems) {
    const theory::Run finished{point, run, start};
    run.measurements.push_back(
        theorem->speaks_about(point)
            ? theorem->measure(finished)
            : std::vector<double>(theorem->measurements.size(), std::numeric_limits<double>::quiet_NaN()));
    run.verdicts.push_back(theory::judge(*theorem, point, run, run.measurements.back()));
  }
}

void run_flow(const sweep::Point& point, std::span<const theory::Theorem* const> theorems,
              const Options& options, RunRecord& run) {
  const MesaSetting setting = theory::mesa_setting(point);
  const std::vector<double> start = start_weights(point);
  std::unique_ptr<Differentiable> risk = training_risk(point, setting);
  if (options.decorate) risk = options.decorate(std::move(risk));
  const std::unique_ptr<risk::EmpiricalRisk> test = test_risk(point, setting);
  const double balance = theory::diagonal_structure(start, setting.dimension).balance;
  const theory::LimitWeights limit =
      theory::limit_weights(theory::predicted_limit(setting).product, balance / setting.dimension);
  LinearAttentionObserver observer(setting.dimension, limit, test.get());
  std::optional<PointCheckpointing> checkpointing;
  if (options.checkpoints)
    checkpointing.emplace(*options.checkpoints, point.id(), options.checkpoint_seconds);
  take_over(flow::integrate(*risk, start, flow_settings(point, options), observer,
                            checkpointing ? &*checkpointing : nullptr),
            run);
  if (run.status == Status::not_run) return;
  measure_and_judge(point, theorems, start, run);
}

// A run without numbers: its verdicts are those that the same judges give on the stored row.
void judge_unmeasured(const sweep::Point& point, std::span<const theory::Theorem* const> theorems,
                      RunRecord& run) {
  for (const theory::Theorem* theorem : theorems)
    run.measurements.emplace_back(theorem->measurements.size(), std::numeric_limits<double>::quiet_NaN());
  judge_again(point, run, theorems);
}

}  // namespace

RunRecord run_point(const sweep::Point& point, std::span<const theory::Theorem* const> theorems,
                    const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  RunRecord run;
  try {
    run_flow(point, theorems, options, run);
  } catch (const std::exception& error) {
    run = RunRecord{};
    run.status = Status::failed;
    run.message = error.what();
    judge_unmeasured(point, theorems, run);
  }
  run.wall_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return run;
}

std::vector<double> start_weights(const sweep::Point& point) {
  const MesaSetting setting = theory::mesa_setting(point);
  std::vector<double> start = start_in_ab(point, setting);
  return setting.population ? start : embed(start, setting.dimension);
}

void judge_again(const sweep::Point& point, RunRecord& run,
                 std::span<const theory::Theorem* const> theorems) {
  run.verdicts.clear();
  for (std::size_t k = 0; k < theorems.size(); ++k)
    run.verdicts.push_back(theory::judge(*theorems[k], point, run, run.measurements[k]));
}

std::uint32_t weight_count(const sweep::Point& point) {
  const auto d = static_cast<std::size_t>(point.integer("dimension"));
  return static_cast<std::uint32_t>(point.name("risk") == "population" ? 2 * d * d : model::weight_count(d));
}

std::vector<const theory::Theorem*> theorems_of(const sweep::Sweep& sweep) {
  std::vector<const theory::Theorem*> theorems;
  for (const std::string& name : sweep.theorems) theorems.push_back(theory::find_theorem(name));
  if (theorems.empty()) theorems.assign(theory::registry().begin(), theory::registry().end());
  return theorems;
}

}  // namespace flowsweep::experiment

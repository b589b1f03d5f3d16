#include "experiment/run_point.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <limits>
#include <optional>

#include "experiment/point_checkpointing.hpp"
#include "experiment/problem.hpp"
#include "flow/flow.hpp"

namespace flowsweep::experiment {
namespace {

using record::RunRecord;
using record::Status;

flow::Integrator integrator(const std::string& name) {
  std::size_t k = 0;
  while (flow::integrator_names[k] != name) ++k;
  return static_cast<flow::Integrator>(k);
}

flow::Settings flow_settings(const sweep::Point& point, const Options& options) {
  flow::Settings settings;
  settings.time_limit = options.time_limit;
  if (!point.uses("integrator")) return settings;  // of a point without a flow
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
  return settings;
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
                       const theory::DualAlteration& alter_duals, std::span<const double> start,
                       RunRecord& run) {
  const theory::Run finished(point, run, start, alter_duals);
  for (const theory::Theorem* theorem : theorems) {
    run.measurements.push_back(
        theorem->speaks_about(point)
            ? theorem->measure(finished)
            : std::vector<double>(theorem->measurements.size(), std::numeric_limits<double>::quiet_NaN()));
    run.verdicts.push_back(theory::judge(*theorem, point, run, run.measurements.back()));
  }
}

void run_flow(const sweep::Point& point, std::span<const theory::Theorem* const> theorems,
              const Options& options, RunRecord& run) {
  Problem problem = family_of(point).problem(point);
  if (options.decorate) problem.risk = options.decorate(std::move(problem.risk));
  flow::Settings settings = flow_settings(point, options);
  settings.restart_steps = problem.restart_steps;
  std::optional<PointCheckpointing> checkpointing;
  if (options.checkpoints)
    checkpointing.emplace(*options.checkpoints, point.id(), options.checkpoint_seconds);
  take_over(flow::integrate(*problem.risk, problem.start, settings, *problem.observer,
                            checkpointing ? &*checkpointing : nullptr),
            run);
  if (run.status == Status::not_run) return;
  measure_and_judge(point, theorems, options.alter_duals, problem.start, run);
}

// A run without numbers: its verdicts are those that the same judges give on the stored row.
void judge_unmeasured(const sweep::Point& point, std::span<const theory::Theorem* const> theorems,
                      RunRecord& run) {
  for (const theory::Theorem* theorem : theorems)
    run.measurements.emplace_back(theorem->measurements.size(), std::numeric_limits<double>::quiet_NaN());
  judge_again(point, run, theorems);
}

std::vector<const theory::Theorem*> named_theorems(const sweep::Sweep& sweep) {
  std::vector<const theory::Theorem*> theorems;
  for (const std::string& name : sweep.theorems) theorems.push_back(theory::find_theorem(name));
  return theorems;
}

// Those that speak about no point of the grid; none of a grid without points.
std::vector<const theory::Theorem*> without_a_point(std::vector<const theory::Theorem*> theorems,
                                                    const sweep::Grid& grid) {
  if (grid.size() == 0) return {};
  for (std::size_t row = 0; row < grid.size() && !theorems.empty(); ++row) {
    const sweep::Point point = grid.point(row);
    std::erase_if(theorems, [&](const theory::Theorem* theorem) { return theorem->speaks_about(point); });
  }
  return theorems;
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

void judge_again(const sweep::Point& point, RunRecord& run,
                 std::span<const theory::Theorem* const> theorems) {
  run.verdicts.clear();
  for (std::size_t k = 0; k < theorems.size(); ++k)
    run.verdicts.push_back(theory::judge(*theorems[k], point, run, run.measurements[k]));
}

std::vector<const theory::Theorem*> theorems_of(const sweep::Sweep& sweep) {
  if (!sweep.theorems.empty()) return named_theorems(sweep);
  std::vector<const theory::Theorem*> theorems(theory::registry().begin(), theory::registry().end());
  const auto silent = without_a_point(theorems, sweep.grid);
  std::erase_if(theorems, [&](const theory::Theorem* theorem) {
    return std::ranges::find(silent, theorem) != silent.end();
  });
  return theorems;
}

std::vector<const theory::Theorem*> silent_theorems(const sweep::Sweep& sweep) {
  return without_a_point(named_theorems(sweep), sweep.grid);
}

}  // namespace flowsweep::experiment

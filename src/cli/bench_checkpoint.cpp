#include <fmt/format.h>

#include <chrono>
#include <limits>
#include <numeric>

#include "cli/bench_cases.hpp"
#include "cli/temporary_folder.hpp"
#include "experiment/problem.hpp"
#include "experiment/run_point.hpp"
#include "flow/flow.hpp"
#include "risk/population.hpp"
#include "store/checkpoint_folder.hpp"
#include "theory/mesa_setting.hpp"

namespace flowsweep::cli {
namespace {

using Clock = std::chrono::steady_clock;

// Keeps the checkpoints of one point in a folder, and the time that each takes.
class Timed : public experiment::Checkpoints {
 public:
  Timed(const store::CheckpointFolder& folder, std::uint64_t id) : folder_(folder), id_(id) {}

  std::string load() override { return ""; }
  void save(std::string_view state) override {
    const Clock::time_point begin = Clock::now();
    folder_.save(id_, state);
    bytes = state.size();
    microseconds.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
  }
  bool stop_requested() override { return false; }

  std::size_t bytes = 0;
  std::vector<double> microseconds;

 private:
  const store::CheckpointFolder& folder_;
  std::uint64_t id_;
};

// A checkpoint after every step of gradient descent.
Figure checkpoint_figure(int dimension, int steps) {
  Figure figure{fmt::format("checkpoint_d{}", dimension),
                "checkpoint of a flow, written and synced",
                fmt::format("d={}, 64 records", dimension),
                "us",
                0,
                0,
                0,
                0,
                {}};
  const sweep::Point point = bench_sweep(fmt::format("dimension = {}\ncontext = 100\nintegrator = euler\n"
                                                     "step = 1e-6\nsteps = {}",
                                                     dimension, steps))
                                 .grid.point(0);
  const TemporaryFolder folder;
  const store::CheckpointFolder checkpoints(folder.file("bench.h5"));
  Timed timed(checkpoints, point.id());
  const Clock::time_point begin = Clock::now();
  experiment::run_point(point, {}, {.checkpoints = &timed, .checkpoint_seconds = 0});
  const double run = std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
  const double saving = std::accumulate(timed.microseconds.begin(), timed.microseconds.end(), 0.0);
  summarise(figure, timed.microseconds);
  figure.counts = {{"bytes", static_cast<double>(timed.bytes)},
                   {"step_and_capture_us", (run - saving) / steps}};
  return figure;
}

class NoObserver : public flow::Observer {
 public:
  std::size_t size() const override { return 0; }
  void observe(double, std::span<const double>, double, std::span<const double>, std::span<double>) override {
  }
};

// A long flow, with its restarts; the counts compare it with one that never gives up its history.
Figure restart_figure(const Repetition& repetition) {
  Figure figure{"restarts", "exact flow with restarts, skewed, noisy start", "d=16, T=1e6", "ms", 0, 0, 0, 0,
                {}};
  const sweep::Point point =
      bench_sweep("dimension = 16\ncontext = 1000000\ndense = 0.5", "skewed").grid.point(0);
  const theory::MesaSetting setting = theory::mesa_setting(point);
  risk::PopulationRisk risk(setting.law, setting.context);
  const std::vector<double> start = experiment::start_weights(point);
  NoObserver observer;
  flow::Settings settings;
  flow::Result restarted, whole;
  time_work(figure, repetition, 1e3, [&] { restarted = flow::integrate(risk, start, settings, observer); });
  settings.restart_steps = std::numeric_limits<std::int64_t>::max();
  whole = flow::integrate(risk, start, settings, observer);
  const auto ratio = [](std::int64_t a, std::int64_t b) {
    return static_cast<double>(a) / static_cast<double>(b);
  };
  figure.counts = {{"steps", static_cast<double>(restarted.steps)},
                   {"steps_ratio", ratio(restarted.steps, whole.steps)},
                   {"evaluations_ratio", ratio(restarted.evaluations, whole.evaluations)},
                   {"products_ratio", ratio(restarted.products, whole.products)}};
  return figure;
}

}  // namespace

std::vector<Figure> bench_checkpoints(bool quick) {
  const int steps = quick ? 20 : 200;
  return {checkpoint_figure(5, steps), checkpoint_figure(quick ? 8 : 64, steps),
          restart_figure({quick ? 1 : 5, 0})};
}

}  // namespace flowsweep::cli

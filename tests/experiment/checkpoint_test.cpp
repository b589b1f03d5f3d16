#include <random>
#include <stdexcept>

#include "flow/state.hpp"
#include "points.hpp"
#include "same_run.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using record::Status;

namespace {

class InMemory : public experiment::Checkpoints {
 public:
  std::string load() override {
    if (broken) throw std::runtime_error("the disk is gone");
    return bytes;
  }
  void save(std::string_view state) override {
    ++saves;
    if (broken) throw std::runtime_error("the disk is full");
    bytes = state;
  }
  bool stop_requested() override { return steps_left > 0 && --steps_left == 0; }

  std::string bytes;
  int saves = 0;
  int steps_left = 0;  // until the next stop; 0: none
  bool broken = false;
};

record::RunRecord run(const sweep::Point& point, InMemory& checkpoints, double seconds = 60) {
  return experiment::run_point(point, theory::registry(),
                               {.checkpoints = &checkpoints, .checkpoint_seconds = seconds});
}

// Flows that are longer than the steps between two restarts, of every risk and integrator.
std::vector<sweep::Sweep> long_flows() {
  const std::string law = "dimension = 3\ncontext = 200\nperturbation = 0.1\n";
  std::vector<sweep::Sweep> sweeps;
  sweeps.push_back(test::sweep_of("", "distribution = gaussian, skewed, uniform\n" + law));
  sweeps.push_back(test::sweep_of(
      "", "distribution = gaussian, full-one\nintegrator = adams, dormand-prince\n" + law, "horizon = 1\n"));
  sweeps.push_back(test::sweep_of("", "distribution = gaussian\n" + law,
                                  "integrator = euler\nstep = 1e-6\nsteps = 2000\nrecords = 9\n"));
  sweeps.push_back(test::sweep_of("risk = empirical",
                                  "distribution = gaussian, sparse\ndimension = 2\ncontext = 6\n"
                                  "precision = double, float\n",
                                  "gradient_tolerance = 1e-9\nstep_limit = 450\n",
                                  "sequences = 20\ntest_sequences = 5\n"));
  return sweeps;
}

sweep::Point short_flow() {
  return test::only_point(test::sweep_of("", "distribution = gaussian\ndimension = 2\ncontext = 20\n"));
}

sweep::Point long_flow() {
  return test::only_point(test::sweep_of("", "distribution = gaussian\ndimension = 2\ncontext = 20\n",
                                         "integrator = euler\nstep = 1e-6\nsteps = 300\n"));
}

}  // namespace

TEST_CASE("an interrupted point has the bits of an undisturbed one", "[checkpoint]") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  // A call that does not reach a restart repeats its steps in the next one.
  std::uniform_int_distribution<int> steps(500, 1500);
  for (const sweep::Sweep& sweep : long_flows())
    for (std::size_t row = 0; row < sweep.grid.size(); ++row) {
      const sweep::Point point = sweep.grid.point(row);
      CAPTURE(canonical_content(point.vocabulary(), point.values()));
      const record::RunRecord undisturbed = experiment::run_point(point, theory::registry());
      InMemory checkpoints;
      record::RunRecord interrupted;
      do {
        checkpoints.steps_left = std::min(steps(random), static_cast<int>(undisturbed.steps) - 1);
        interrupted = run(point, checkpoints);
      } while (interrupted.status == Status::not_run && checkpoints.saves < 2);
      checkpoints.steps_left = 0;
      if (interrupted.status == Status::not_run) interrupted = run(point, checkpoints);
      CHECK(checkpoints.saves > 0);
      test::check_same(interrupted, undisturbed);
    }
}

TEST_CASE("a point that was asked to stop has neither numbers nor verdicts", "[checkpoint]") {
  InMemory checkpoints;
  checkpoints.steps_left = 5;
  const record::RunRecord stopped = run(short_flow(), checkpoints);
  CHECK(stopped.status == Status::not_run);
  CHECK(stopped.message == "interrupted");
  CHECK(stopped.finals.empty());
  CHECK(stopped.weights.empty());
  CHECK(stopped.verdicts.empty());
  CHECK(checkpoints.saves == 0);  // before the first restart
}

TEST_CASE("checkpoints are saved in intervals of wall time", "[checkpoint]") {
  InMemory never, always;
  const record::RunRecord undisturbed = run(long_flow(), never);
  CHECK(never.saves == 0);
  test::check_same(run(long_flow(), always, 0), undisturbed);
  CHECK(always.saves == undisturbed.steps - 1);
}

TEST_CASE("checkpoints that cannot be read or written cost nothing but themselves", "[checkpoint]") {
  const record::RunRecord undisturbed = experiment::run_point(long_flow(), theory::registry());
  InMemory broken;
  broken.broken = true;
  test::check_same(run(long_flow(), broken, 0), undisturbed);
  CHECK(broken.saves > 0);
  broken.steps_left = 10;
  CHECK(run(long_flow(), broken).status == Status::not_run);
}

TEST_CASE("bytes that are no state of this point are ignored", "[checkpoint]") {
  InMemory other;
  other.steps_left = 100;
  run(test::only_point(test::sweep_of("", "distribution = gaussian\ndimension = 2\ncontext = 21\n",
                                      "integrator = euler\nstep = 1e-6\nsteps = 300\n")),
      other);
  REQUIRE(other.saves == 1);
  const record::RunRecord undisturbed = experiment::run_point(long_flow(), theory::registry());
  for (const std::string& bytes : {other.bytes, std::string("x"), std::string(1000, '\0')}) {
    InMemory checkpoints;
    checkpoints.bytes = bytes;
    test::check_same(run(long_flow(), checkpoints), undisturbed);
  }
}

TEST_CASE("wall time counts the calls before", "[checkpoint]") {
  constexpr double spent = 1000;
  InMemory checkpoints;
  checkpoints.steps_left = 200;
  CHECK(run(long_flow(), checkpoints).wall_seconds > 0);
  const std::string label = checkpoints.bytes.substr(0, sizeof(std::uint64_t));
  flow::State state = flow::decode(checkpoints.bytes.substr(label.size())).value();
  CHECK(state.elapsed_seconds < spent);
  state.elapsed_seconds = spent;
  checkpoints.bytes = label + flow::encode(state);
  const record::RunRecord run_on = run(long_flow(), checkpoints);
  CHECK(run_on.status == Status::horizon_reached);
  CHECK(run_on.wall_seconds > spent);
}

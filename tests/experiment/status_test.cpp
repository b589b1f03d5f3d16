#include <cmath>
#include <stdexcept>

#include "defect.hpp"
#include "points.hpp"
#include "support/catch.hpp"

using namespace flowsweep;
using record::Status;
using record::VerdictKind;

namespace {

const std::string gaussian = "distribution = gaussian\ndimension = 3\ncontext = 20\n";

void check(const record::RunRecord& run, Status status, VerdictKind kind) {
  CAPTURE(name(run.status), run.message);
  CHECK(run.status == status);
  CHECK(run.verdicts.at(0).kind == kind);
}

class Throwing : public Differentiable {
 public:
  explicit Throwing(std::size_t size) : size_(size) {}
  std::size_t size() const override { return size_; }
  double gradient(std::span<const double>, std::span<double>) override {
    throw std::runtime_error("planted");
  }

 private:
  std::size_t size_;
};

}  // namespace

TEST_CASE("a flow that reaches its gradient tolerance converged", "[status]") {
  const auto run = test::run(test::only_point(test::sweep_of("", gaussian)));
  check(run, Status::converged, VerdictKind::holds);
  CHECK(run.message.empty());
  CHECK(run.steps > 0);
  CHECK(run.evaluations > 0);
  CHECK(run.flow_time > 0);
  CHECK(test::final_value(run, "gradient_norm") < run.largest_gradient_norm);
}

TEST_CASE("a short horizon and few steps leave the limit open", "[status]") {
  check(test::run(test::only_point(test::sweep_of("", gaussian, "horizon = 1e-3\n"))),
        Status::horizon_reached, VerdictKind::inconclusive);
  check(test::run(test::only_point(test::sweep_of("", gaussian, "step_limit = 5\n"))), Status::step_limit,
        VerdictKind::inconclusive);
  check(test::run(
            test::only_point(test::sweep_of("", gaussian, "integrator = euler\nstep = 1e-4\nsteps = 10\n"))),
        Status::horizon_reached, VerdictKind::inconclusive);
}

TEST_CASE("an unfinished flow can still hold where its theorem speaks of every time", "[status]") {
  for (const char* theorem : {"mesa.balance", "mesa.trajectory"})
    check(test::run(test::only_point(test::sweep_of("", gaussian, "horizon = 1e-2\n")), theorem),
          Status::horizon_reached, VerdictKind::holds);
}

TEST_CASE("gradient descent with too long a step diverges", "[status]") {
  const auto run = test::run(test::only_point(test::sweep_of(
      "", gaussian + "scale = 2\ninit = 2:2\n", "integrator = euler\nstep = 1e-2\nsteps = 200\n")));
  check(run, Status::diverged, VerdictKind::failed);
  CHECK(!run.message.empty());
}

TEST_CASE("gradient descent with a fitting step converges to the same limit", "[status]") {
  const auto run = test::run(
      test::only_point(test::sweep_of("", gaussian, "integrator = euler\nstep = 2e-3\nsteps = 20000\n")));
  check(run, Status::converged, VerdictKind::holds);
}

TEST_CASE("a time limit that has passed is a status", "[status]") {
  experiment::Options options;
  options.time_limit = 1e-9;
  check(test::run(test::only_point(test::sweep_of("", gaussian)), "mesa.limit", options), Status::timed_out,
        VerdictKind::failed);
}

TEST_CASE("exceptions become rows, with their message and a verdict from every theorem", "[status]") {
  experiment::Options building, evaluating;
  building.decorate = [](std::unique_ptr<Differentiable>) -> std::unique_ptr<Differentiable> {
    throw std::runtime_error("planted");
  };
  evaluating.decorate = [](std::unique_ptr<Differentiable> risk) {
    return std::make_unique<Throwing>(risk->size());
  };
  const sweep::Point point = test::only_point(test::sweep_of("", gaussian));
  for (const experiment::Options& options : {building, evaluating}) {
    const record::RunRecord run = experiment::run_point(point, theory::registry(), options);
    CHECK(run.status == Status::failed);
    CHECK(run.message == "planted");
    CHECK(std::isnan(run.largest_gradient_norm));
    REQUIRE(run.verdicts.size() == theory::registry().size());
    REQUIRE(run.measurements.size() == theory::registry().size());
    for (std::size_t k = 0; k < run.verdicts.size(); ++k) {
      CAPTURE(theory::registry()[k]->name);
      CHECK(run.measurements[k].size() == theory::registry()[k]->measurements.size());
      CHECK((run.verdicts[k].kind == VerdictKind::failed ||
             run.verdicts[k].kind == VerdictKind::hypothesis_unmet));
    }
  }
}

TEST_CASE("the extreme scales, contexts and starts that are accepted claim nothing false", "[status]") {
  for (const char* extreme :
       {"scale = 1e-20\n", "scale = 1e20\n", "init = 1e-50:1e-50\n", "init = 1e10:1e10\n",
        "init = 1e-50:1e-50\nscale = 1e-20\n", "init = 1e10:1e10\nscale = 1e20\n", "dense = 1e-50\n",
        "dense = 1e10\nscale = 1e20\n"})
    for (const theory::Theorem* theorem : theory::registry()) {
      const auto run = test::run(test::only_point(test::sweep_of("", gaussian + extreme)), theorem->name);
      CAPTURE(extreme, theorem->name, name(run.status), run.message);
      CHECK(run.verdicts.at(0).kind != VerdictKind::violated);
    }
}

// The first step of such a flow is many orders of magnitude shorter than its horizon.
TEST_CASE("steep starts and distant horizons converge, and the limit holds", "[status]") {
  const std::string law = "distribution = gaussian\ndimension = 3\n";
  for (const auto& [axes, flow] : {std::pair<const char*, const char*>{"scale = 200\ncontext = 1e6\n", ""},
                                   {"scale = 300\ncontext = 1e6\n", ""},
                                   {"scale = 1000\ncontext = 10\n", ""},
                                   {"context = 20\n", "horizon = 1e50\n"}}) {
    CAPTURE(axes, flow);
    check(test::run(test::only_point(test::sweep_of("", law + axes, flow))), Status::converged,
          VerdictKind::holds);
  }
}

TEST_CASE("a start at the saddle stays there and proves nothing", "[status]") {
  for (const theory::Theorem* theorem : theory::registry()) {
    const auto run =
        test::run(test::only_point(test::sweep_of("", gaussian + "init = 0:0\n")), theorem->name);
    CAPTURE(theorem->name, name(run.verdicts.at(0).kind));
    CHECK(run.status == Status::converged);
    CHECK(run.verdicts.at(0).kind != VerdictKind::holds);
    CHECK(run.verdicts.at(0).kind != VerdictKind::violated);
  }
}

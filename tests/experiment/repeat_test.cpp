#include "points.hpp"
#include "same_run.hpp"
#include "support/catch.hpp"

using namespace flowsweep;

namespace {

// One point of every kind of start, risk, integrator and outcome.
std::vector<sweep::Sweep> varied() {
  std::vector<sweep::Sweep> sweeps;
  sweeps.push_back(
      test::sweep_of("",
                     "distribution = gaussian, skewed, full-one\ndimension = 2\ncontext = 20\n"
                     "integrator = bdf, adams, dormand-prince\ndense = 0, 0.4\nperturbation = 0, 0.1\n",
                     "step_limit = 2000\n"));
  sweeps.push_back(test::sweep_of("",
                                  "distribution = gaussian\ndimension = 3\ncontext = 20\nstep = 1e-3, 1\n",
                                  "integrator = euler\nsteps = 20\n"));
  sweeps.push_back(
      test::sweep_of("", "distribution = gaussian\ndimension = 2\ncontext = 20\nscale = 1e-20, 1e20\n"));
  sweeps.push_back(
      test::sweep_of("risk = empirical",
                     "distribution = gaussian, sparse\ndimension = 2\ncontext = 6\n"
                     "integrator = bdf, euler\nmask = false, true\nprecision = double, float\n",
                     "step = 1e-3\nsteps = 5\ngradient_tolerance = 1e-2\nhorizon = 0.3\nstep_limit = 100\n",
                     "sequences = 50\ntest_sequences = 7\n"));
  return sweeps;
}

}  // namespace

TEST_CASE("a point gives the same bits every time", "[repeat]") {
  for (const sweep::Sweep& sweep : varied())
    for (std::size_t row = 0; row < sweep.grid.size(); ++row) {
      const sweep::Point point = sweep.grid.point(row);
      CAPTURE(canonical_content(point.vocabulary(), point.values()));
      test::check_same(experiment::run_point(point, theory::registry()),
                       experiment::run_point(point, theory::registry()));
    }
}

TEST_CASE("judging the stored numbers again gives the same verdicts, bit for bit", "[repeat]") {
  experiment::Options failing;
  failing.decorate = [](std::unique_ptr<Differentiable>) -> std::unique_ptr<Differentiable> {
    throw std::runtime_error("planted");
  };
  for (const experiment::Options& options : {experiment::Options{}, failing})
    for (const sweep::Sweep& sweep : varied())
      for (std::size_t row = 0; row < sweep.grid.size(); ++row) {
        const sweep::Point point = sweep.grid.point(row);
        const record::RunRecord run = experiment::run_point(point, theory::registry(), options);
        record::RunRecord again = run;
        for (record::Verdict& verdict : again.verdicts) verdict = {};
        experiment::judge_again(point, again, theory::registry());
        CAPTURE(canonical_content(point.vocabulary(), point.values()));
        test::check_same(run, again);
      }
}

TEST_CASE("seeds give different runs where they are used", "[repeat]") {
  const sweep::Sweep sweep = test::sweep_of(
      "", "distribution = gaussian\ndimension = 2\ncontext = 6\nperturbation = 0.1\nseed = 0, 1\n");
  REQUIRE(sweep.grid.size() == 2);
  CHECK(!test::same(test::run(sweep.grid.point(0)).weights, test::run(sweep.grid.point(1)).weights));
}

#include <cmath>
#include <vector>

#include "points.hpp"
#include "support/catch.hpp"
#include "theory/theorem.hpp"

using namespace flowsweep;
using record::VerdictKind;

namespace {

enum Measurement { product, sample_minimiser, standard_error, step_evidence, gradient_evidence, risk_drop };

// A converged flow on 1000 sequences, and its verdict when it is given other measurements.
class SampledRun {
 public:
  explicit SampledRun(const std::string& axes = "distribution = uniform\ndimension = 2\ncontext = 5\n")
      : point_(test::only_point(test::sweep_of("risk = empirical", axes + "init = 0.2:0.2\n",
                                               "gradient_tolerance = 1e-4\n", "sequences = 1000\n"))),
        run_(test::run(point_, "mesa.limit-sampled")) {}

  const std::vector<double>& measured() const { return run_.measurements.at(0); }
  record::Verdict verdict(const std::vector<double>& measurements) const {
    return theory::judge(*theory::find_theorem("mesa.limit-sampled"), point_, run_, measurements);
  }

 private:
  sweep::Point point_;
  record::RunRecord run_;
};

}  // namespace

TEST_CASE("a flow on a sample ends below the least risk on the diagonal set, and its sample agrees",
          "[limit-sampled]") {
  const SampledRun run;
  CHECK(run.measured()[risk_drop] > 0);
  CHECK(std::abs(run.measured()[step_evidence]) < 6);
  CHECK(run.measured()[gradient_evidence] < 6);
  CHECK(run.verdict(run.measured()).kind == VerdictKind::holds);
}

TEST_CASE("beyond the interval of the diagonal set it takes evidence to be violated", "[limit-sampled]") {
  const SampledRun run;
  std::vector<double> measured = run.measured();
  const record::Verdict verdict = run.verdict(measured);
  for (const double side : {-1.0, 1.0}) {
    measured = run.measured();
    measured[product] = verdict.predicted + side * 1.01 * verdict.tolerance;
    CHECK(run.verdict(measured).kind == VerdictKind::inconclusive);
    CHECK(std::isnan(run.verdict(measured).margin));

    auto refuted = measured;
    refuted[step_evidence] = side * 6.1;
    CHECK(run.verdict(refuted).kind == VerdictKind::violated);
    CHECK(run.verdict(refuted).margin == Approx(-0.01));
    refuted = measured;
    refuted[gradient_evidence] = 6.1;
    CHECK(run.verdict(refuted).kind == VerdictKind::violated);
    refuted = measured;
    refuted[risk_drop] = -1e-3;
    CHECK(run.verdict(refuted).kind == VerdictKind::violated);
  }
}

TEST_CASE("evidence against the prediction does not unmake an end within the interval", "[limit-sampled]") {
  const SampledRun run;
  std::vector<double> measured = run.measured();
  measured[step_evidence] = measured[gradient_evidence] = 100;
  CHECK(run.verdict(measured).kind == VerdictKind::holds);
}

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

TEST_CASE("a mask makes the prediction that of the diagonal set for any exchangeable law",
          "[limit-sampled]") {
  const std::string law = GENERATE("full-one", "two-point\np = 0.3", "equicorrelated-gaussian\nrho = 0.5");
  const std::string axes = "distribution = " + law + "\ndimension = 2\ncontext = 5\n";
  CAPTURE(law);
  const SampledRun masked(axes + "mask = true\n"), unmasked(axes);
  CHECK(masked.verdict(masked.measured()).kind == VerdictKind::holds);
  CHECK(unmasked.verdict(unmasked.measured()).kind == VerdictKind::hypothesis_unmet);
}

TEST_CASE("under the mask the step size of full-one is that of its closed form, and another is violated",
          "[limit-sampled]") {
  const SampledRun run("distribution = full-one\ndimension = 3\ncontext = 5\nscale = 1.1\nmask = true\n");
  const record::Verdict verdict = run.verdict(run.measured());
  const double h1 = 1 + 0.5 + 1.0 / 3;
  CHECK(verdict.predicted == Approx(1 / (1.21 * (1 + 2 * h1 / 3))));
  std::vector<double> wrong = run.measured();
  wrong[product] = wrong[sample_minimiser] = verdict.predicted + 2 * verdict.tolerance;
  wrong[step_evidence] = 7;
  CHECK(run.verdict(wrong).kind == VerdictKind::violated);
}

TEST_CASE("a mask does not help a law whose coordinates differ", "[limit-sampled]") {
  const SampledRun run(
      "distribution = anisotropic-gaussian\nsigma_1 = 1\nsigma_d = 2\ndimension = 2\ncontext = 5\nmask = "
      "true\n");
  CHECK(run.verdict(run.measured()).kind == VerdictKind::hypothesis_unmet);
}

TEST_CASE("a sample too small for the tail of its law decides nothing", "[limit-sampled]") {
  // E v^12 / (E v^6)^2 = 12! / 6!^2 = 924 for laplace: 14,784 sequences, where uniform needs 60.
  const SampledRun run("distribution = laplace\ndimension = 2\ncontext = 5\n");
  const record::Verdict verdict = run.verdict(run.measured());
  CHECK(verdict.kind == VerdictKind::hypothesis_unmet);
  CHECK(verdict.hypothesis_margins.at(5) == Approx(1000 / 14784.0 - 1));
}

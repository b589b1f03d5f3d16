#include <cmath>

#include "defect.hpp"
#include "experiment/linear_attention_observer.hpp"
#include "points.hpp"
#include "support/catch.hpp"
#include "theory/mesa_records.hpp"
#include "theory/mesa_spectrum.hpp"

using namespace flowsweep;
using record::VerdictKind;

namespace {

record::RunRecord run_one(const std::string& axes, const std::string& theorem,
                          const experiment::Options& options = {}) {
  return test::run(test::only_point(test::sweep_of("", axes)), theorem, options);
}

VerdictKind verdict(const std::string& axes, const std::string& theorem,
                    const experiment::Options& options = {}) {
  return run_one(axes, theorem, options).verdicts.at(0).kind;
}

double measurement(const record::RunRecord& run, const std::string& theorem, const std::string& name) {
  const auto& declared = theory::find_theorem(theorem)->measurements;
  for (std::size_t k = 0; k < declared.size(); ++k)
    if (declared[k].name == name) return run.measurements.at(0).at(k);
  throw std::out_of_range(name);
}

// The gradient's off-diagonal entries are taken away: a flow on the diagonal set stays there, whatever the
// law.
experiment::Options kept_diagonal(std::size_t d) {
  return test::planted([d](std::size_t k, std::size_t) {
    return test::EntryDefect{k % (d * d) / d == k % d ? 1.0 : 0.0, 0, 0};
  });
}

const std::string skewed = "distribution = skewed\ndimension = 3\ncontext = 10\ninit = 0.2:0.3\n";

}  // namespace

TEST_CASE("theorems read the columns that they name", "[stability]") {
  using theory::Column;
  for (const auto& [column, name] : {std::pair{Column::risk, "risk"},
                                     {Column::product, "ab"},
                                     {Column::gradient_norm, "gradient_norm"},
                                     {Column::limit_distance, "limit_distance"},
                                     {Column::off_diagonal_norm, "off_diagonal_norm"},
                                     {Column::diagonal_spread, "diagonal_spread"}})
    CHECK(experiment::linear_attention_observables().at(static_cast<std::size_t>(column)).name == name);
}

TEST_CASE("invariance is judged both ways", "[stability]") {
  CHECK(verdict(skewed, "mesa.invariance") == VerdictKind::holds);
  // The conditions fail, so a flow that stays on the set violates the statement.
  CHECK(verdict(skewed, "mesa.invariance", kept_diagonal(3)) == VerdictKind::violated);
  const record::RunRecord left = run_one(skewed, "mesa.invariance");
  // The off-diagonal entries of A end at -0.01392, those of B elsewhere.
  CHECK(measurement(left, "mesa.invariance", "distance") >= std::sqrt(6) * 0.01392);
}

TEST_CASE("where the sharp limit holds the encoded one may fail, and the other way round", "[stability]") {
  CHECK(verdict(skewed, "mesa.limit") == VerdictKind::violated);
  CHECK(verdict(skewed, "mesa.limit-sharp") == VerdictKind::hypothesis_unmet);
}

TEST_CASE("starts outside the hypotheses of the new statements are unmet", "[stability]") {
  const std::string gaussian = "distribution = gaussian\ndimension = 3\ncontext = 20\n";
  for (const char* theorem : {"mesa.limit-sharp", "mesa.invariance", "mesa.basin", "mesa.convergence",
                              "mesa.risk-at-limit", "mesa.euler"}) {
    CAPTURE(theorem);
    CHECK(verdict(gaussian + "perturbation = 0.1\n", theorem) == VerdictKind::hypothesis_unmet);
    CHECK(verdict(gaussian + "init = 0:0\n", theorem) == VerdictKind::hypothesis_unmet);
  }
  CHECK(verdict(gaussian + "init = 0:0\n", "mesa.rate") == VerdictKind::hypothesis_unmet);
  CHECK(verdict(gaussian, "mesa.minimum") == VerdictKind::hypothesis_unmet);
  CHECK(verdict(skewed, "mesa.rate") == VerdictKind::hypothesis_unmet);
  CHECK(verdict(skewed, "mesa.tail") == VerdictKind::hypothesis_unmet);
  CHECK(verdict(gaussian + "init = 0.3:-0.3\n", "mesa.convergence") == VerdictKind::hypothesis_unmet);
  // Without transverse curvature a perturbed flow ends anywhere on a flat set.
  const std::string flat = "distribution = sparse\ndimension = 3\ncontext = 20\nperturbation = 0.1\n";
  CHECK(verdict(flat, "mesa.rate") == VerdictKind::hypothesis_unmet);
  CHECK(verdict(flat, "mesa.tail") == VerdictKind::hypothesis_unmet);
}

TEST_CASE("the mode that governs the tail is named and its rate measured", "[stability]") {
  const std::string gaussian = "distribution = gaussian\ndimension = 5\ncontext = 100\n";
  const record::RunRecord noisy = run_one(gaussian + "perturbation = 0.05\n", "mesa.tail");
  CHECK(measurement(noisy, "mesa.tail", "slow_mode") == static_cast<double>(theory::Mode::differences));
  // The balance of this start is not 0, so the eigenvalue is not exactly that of a = b, 29.75.
  CHECK(measurement(noisy, "mesa.tail", "slow_eigenvalue") == Approx(29.75).epsilon(0.05));
  CHECK(measurement(noisy, "mesa.tail", "differences_rate") ==
        Approx(measurement(noisy, "mesa.tail", "slow_eigenvalue")).epsilon(0.02));
  const record::RunRecord balanced = run_one(gaussian, "mesa.tail");
  CHECK(measurement(balanced, "mesa.tail", "slow_mode") == static_cast<double>(theory::Mode::mean_diagonal));
  CHECK(measurement(balanced, "mesa.tail", "product_rate") == Approx(588).epsilon(0.02));
}

TEST_CASE("a symmetric start may end at a saddle, a perturbed one does not", "[stability]") {
  const std::string full_one = "distribution = full-one\ndimension = 5\ncontext = 3\n";
  const record::RunRecord symmetric = run_one(full_one, "mesa.minimum");
  CHECK(symmetric.status == record::Status::converged);
  CHECK(measurement(symmetric, "mesa.minimum", "smallest") < -0.3);
  CHECK(measurement(symmetric, "mesa.minimum", "negatives") > 0);
  CHECK(symmetric.verdicts.at(0).kind == VerdictKind::hypothesis_unmet);
  const record::RunRecord perturbed = run_one(full_one + "perturbation = 0.01\n", "mesa.minimum");
  CHECK(measurement(perturbed, "mesa.minimum", "negatives") == 0);
  CHECK(perturbed.verdicts.at(0).kind == VerdictKind::holds);
  CHECK(perturbed.finals.at(0) < symmetric.finals.at(0) - 0.01);
}

TEST_CASE("gradient descent beyond its limit moves along the valley until it is stable", "[stability]") {
  const record::RunRecord run = run_one(
      "distribution = gaussian\ndimension = 2\ncontext = 10\ninit = 1:0.18\nintegrator = euler\nstep = "
      "0.016\n"
      "steps = 20000\n",
      "mesa.euler");
  // 2/(S2 (a^2 + b^2)) = 0.0151 at the start: the end is flatter.
  CHECK(run.status == record::Status::converged);
  CHECK(test::final_value(run, "a_diagonal") < 0.95);
  CHECK(measurement(run, "mesa.euler", "curvature") <= 2 / 0.016);
  CHECK(run.verdicts.at(0).kind == VerdictKind::holds);
}

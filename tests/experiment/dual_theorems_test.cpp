#include <cmath>
#include <limits>
#include <string>

#include "defect.hpp"
#include "experiment/problem.hpp"
#include "experiment/softmax_attention_observer.hpp"
#include "points.hpp"
#include "support/catch.hpp"
#include "theory/dual_statement.hpp"

using namespace flowsweep;
using record::VerdictKind;

namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

sweep::Point point_of(const std::string& model, const std::string& axes) {
  return test::only_point(test::sweep_of_model(model, "", "distribution = gaussian\ntask = tokens\n" + axes));
}

// Twenty steps of gradient descent on eight prompts.
sweep::Point training_point(const std::string& model, const std::string& axes) {
  return test::only_point(test::sweep_of_model(
      model, "", "distribution = gaussian\ndimension = 3\ndemonstrations = 4\n" + axes,
      "integrator = euler\nstep = 0.01\nsteps = 20\nrecords = 5\n", "prompts = 8\ntest_prompts = 0\n"));
}

VerdictKind verdict_of(const std::string& theorem, const sweep::Point& point,
                       const experiment::Options& options) {
  return test::run(point, theorem, options).verdicts.at(0).kind;
}

const theory::Theorem& theorem_of(const std::string& name) {
  return *theory::find_theorem(name);
}

// Measured and judged again from a record.
VerdictKind verdict_again(const theory::Theorem& theorem, const sweep::Point& point,
                          const record::RunRecord& run) {
  const auto start = experiment::start_weights(point);
  return theory::judge(theorem, point, run, theorem.measure({point, run, start})).kind;
}

struct Case {
  const char *theorem, *model, *axes;
};

constexpr Case cases[] = {
    {"dual.equivalence", "softmax-attention", ""},
    {"dual.stepwise", "softmax-attention", ""},
    {"dual.regularised", "softmax-attention", "alpha = 0.3\n"},
    {"dual.augmented", "softmax-attention", "value_map = gelu\nkey_map = mlp\n"},
    {"dual.negative", "softmax-attention", "beta = 0.5\n"},
    {"dual.transformer-layer", "transformer-layer", "hidden = 40\nresidual = true\n"},
    {"dual.multilayer", "multilayer-attention", "layers = 2\n"},
};

}  // namespace

TEST_CASE("a dual model with another loss, normaliser, start, rate of decay or query violates its theorem",
          "[dual-theorems]") {
  for (const Case& shown : cases) {
    const sweep::Point point =
        point_of(shown.model, std::string("dimension = 5\ndemonstrations = 6\n") + shown.axes);
    CAPTURE(shown.theorem);
    CHECK(verdict_of(shown.theorem, point, {}) == VerdictKind::holds);
    CHECK(verdict_of(shown.theorem, point, test::uneven_dual_loss()) == VerdictKind::violated);
    CHECK(verdict_of(shown.theorem, point, test::large_normaliser()) == VerdictKind::violated);
    CHECK(verdict_of(shown.theorem, point, test::long_dual_start()) == VerdictKind::violated);
    const auto altered = [&](theory::DualAlteration alteration) {
      return verdict_of(shown.theorem, point, test::altered_duals(std::move(alteration)));
    };
    CHECK(altered([](dual::DualIngredients& dual) { dual.alpha += 1e-3; }) == VerdictKind::violated);
    CHECK(altered([](dual::DualIngredients& dual) { dual.query *= 1.001; }) == VerdictKind::violated);
    CHECK(altered([](dual::DualIngredients& dual) { dual.values(0, 0) = undefined; }) ==
          VerdictKind::inconclusive);
    // Below the tolerance nothing is seen.
    CHECK(altered([](dual::DualIngredients& dual) { dual.alpha += 1e-15; }) == VerdictKind::holds);
  }
}

TEST_CASE("dual theorems hold all along training, and measuring again from the record gives the same",
          "[dual-theorems]") {
  for (const Case& shown : cases) {
    const sweep::Point point = training_point(shown.model, shown.axes);
    const record::RunRecord run = test::run(point, shown.theorem);
    CAPTURE(shown.theorem, run.message, run.verdicts.at(0).conclusion_margins);
    CHECK(run.trajectory.flow_time.size() == 5);
    CHECK(run.verdicts.at(0).kind == VerdictKind::holds);
    const auto start = experiment::start_weights(point);
    CHECK(theorem_of(shown.theorem).measure({point, run, start}) == run.measurements.at(0));
  }
}

TEST_CASE("one record at which the dual errs violates the statement, however the flow ended",
          "[dual-theorems]") {
  const auto columns = experiment::softmax_attention_observables().size();
  for (const Case& shown : cases) {
    if (shown.theorem == std::string("dual.stepwise")) continue;  // about the end
    const sweep::Point point = training_point(shown.model, shown.axes);
    record::RunRecord run = test::run(point, shown.theorem);
    CAPTURE(shown.theorem);
    double& error =
        run.trajectory.values.at(columns + static_cast<std::size_t>(theory::AttentionColumn::dual_error));
    error = 1e-9;
    for (const auto status : {record::Status::converged, record::Status::horizon_reached}) {
      run.status = status;
      CHECK(verdict_again(theorem_of(shown.theorem), point, run) == VerdictKind::violated);
    }
    error = undefined;
    CHECK(verdict_again(theorem_of(shown.theorem), point, run) == VerdictKind::inconclusive);
  }
}

TEST_CASE("weights that are not finite, outputs of zeros and scores beyond rounding are never said to hold",
          "[dual-theorems]") {
  for (const Case& shown : cases) {
    const std::string axes = std::string("dimension = 3\ndemonstrations = 4\n") + shown.axes;
    CAPTURE(shown.theorem);
    record::RunRecord run = test::run(point_of(shown.model, axes), shown.theorem);
    for (const double wrong : {undefined, std::numeric_limits<double>::infinity(), 1e308}) {
      run.weights.at(0) = wrong;
      CHECK(verdict_again(theorem_of(shown.theorem), point_of(shown.model, axes), run) != VerdictKind::holds);
    }
    for (const char* scale : {"weight_scale = 0\n", "weight_scale = 1e8\n"}) {
      CAPTURE(scale);
      CHECK(verdict_of(shown.theorem, point_of(shown.model, axes + scale), {}) != VerdictKind::holds);
    }
  }
}

TEST_CASE("a dual theorem does not speak of attention without its modification, or with one that is not seen",
          "[dual-theorems]") {
  const auto unmet = [](const char* theorem, const char* model, const std::string& axes) {
    CAPTURE(theorem, model, axes);
    CHECK(verdict_of(theorem, point_of(model, "dimension = 3\n" + axes), {}) ==
          VerdictKind::hypothesis_unmet);
  };
  for (const char* modified : {"alpha = 0.1\n", "beta = 0.1\n", "key_map = relu\n", "value_map = mlp\n"})
    unmet("dual.equivalence", "softmax-attention", modified);
  for (const char* theorem : {"dual.regularised", "dual.augmented", "dual.negative"}) {
    unmet(theorem, "softmax-attention", "");
    unmet(theorem, "multilayer-attention", "alpha = 0.1\nbeta = 0.1\nkey_map = relu\n");
    unmet(theorem, "transformer-layer", "alpha = 0.1\nbeta = 0.1\nkey_map = relu\n");
  }
  unmet("dual.regularised", "softmax-attention", "alpha = 1e-14\n");
  unmet("dual.negative", "softmax-attention", "beta = 1e-14\n");
  unmet("dual.stepwise", "multilayer-attention", "");
  unmet("dual.multilayer", "multilayer-attention", "layers = 1\n");
  unmet("dual.multilayer", "softmax-attention", "");
  unmet("dual.transformer-layer", "softmax-attention", "");
  // No unit is active, so that attention is not seen.
  const sweep::Point dead = point_of("transformer-layer", "dimension = 3\nhidden = 1\n");
  record::RunRecord run = test::run(dead, "dual.transformer-layer");
  run.weights.at(model::layout_of(theory::attention_setting(dead).shape).inner_bias) = -1e3;
  CHECK(verdict_again(theorem_of("dual.transformer-layer"), dead, run) == VerdictKind::hypothesis_unmet);
  CHECK(verdict_of("dual.equivalence", point_of("multilayer-attention", "dimension = 3\nlayers = 1\n"), {}) ==
        VerdictKind::holds);
}

TEST_CASE("dual theorems read the columns that they name", "[dual-theorems]") {
  const auto& all = experiment::softmax_attention_observables();
  CHECK(all.at(static_cast<std::size_t>(theory::AttentionColumn::dual_error)).name == "dual_error");
  CHECK(all.at(static_cast<std::size_t>(theory::AttentionColumn::dual_tolerance)).name == "dual_tolerance");
}

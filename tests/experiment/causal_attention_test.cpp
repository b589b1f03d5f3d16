#include <cmath>

#include "experiment/causal_attention_observer.hpp"
#include "experiment/problem.hpp"
#include "points.hpp"
#include "support/catch.hpp"
#include "theory/theorem.hpp"

using namespace flowsweep;
using record::VerdictKind;

namespace {

constexpr const char* adaptive =
    "gradient_tolerance = 1e-4\nrelative_tolerance = 1e-6\nabsolute_tolerance = 1e-8\nrecords = 4\n";
constexpr const char* steps = "integrator = euler\nstep = 1e-3\nsteps = 20\n";

double final_of(const record::RunRecord& run, const std::string& observable) {
  const auto& all = experiment::causal_attention_observables();
  for (std::size_t k = 0; k < all.size(); ++k)
    if (all[k].name == observable) return run.finals.at(k);
  throw std::out_of_range(observable);
}

}  // namespace

TEST_CASE("gradient descent with linear scores is that of linear attention", "[causal]") {
  const std::string axes =
      "distribution = gaussian\ndimension = 2\ncontext = 9\nperturbation = 0.1\nblocks = all\n";
  const sweep::Point causal =
      test::only_point(test::causal_sweep_of("score = linear\n" + axes, steps, "sequences = 30\n"));
  const record::RunRecord run = test::run(causal, "mesa.balance");
  REQUIRE(run.status == record::Status::horizon_reached);
  // The same sequences and start, by the other model's risk, from the weights of this point's start.
  std::vector<double> theta = experiment::start_weights(causal), gradient(theta.size());
  const auto sample =
      risk::sample_sequences(*theory::mesa_setting(causal).law, 30, causal.id(), Stream::training_sequences);
  risk::EmpiricalRisk risk({2, 9, sample.initial, sample.phase});
  for (int k = 0; k < 20; ++k) {
    risk.gradient(theta, gradient);
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] -= 1e-3 * gradient[i];
  }
  REQUIRE(run.weights.size() == theta.size());
  for (std::size_t i = 0; i < theta.size(); ++i) CHECK(std::abs(run.weights[i] - theta[i]) < 1e-13);
}

TEST_CASE("mesa theorems speak of linear scores and not of softmax", "[causal]") {
  const auto sweep = test::causal_sweep_of(
      "score = linear, softmax\ndistribution = rademacher\ndimension = 1\ncontext = 5\n", adaptive,
      "sequences = 1000\n");
  const auto kind = [](const sweep::Point& point, const char* theorem) {
    return test::run(point, theorem).verdicts.at(0).kind;
  };
  for (std::size_t row = 0; row < sweep.grid.size(); ++row) {
    const sweep::Point point = sweep.grid.point(row);
    const bool linear = point.name("score") == "linear";
    CAPTURE(linear);
    CHECK(kind(point, "mesa.limit-sampled") == (linear ? VerdictKind::holds : VerdictKind::hypothesis_unmet));
    CHECK(kind(point, "mesa.balance") == (linear ? VerdictKind::holds : VerdictKind::hypothesis_unmet));
    CHECK(theory::find_theorem("causal.recall")->speaks_about(point) == !linear);
  }
}

TEST_CASE("tests tell one gradient step from recall", "[causal]") {
  // |v_j| = 1 and one coordinate: the linear layer learns one step, which is exact; softmax recalls.
  const auto trained = [](const std::string& score) {
    return test::run(test::only_point(test::causal_sweep_of(
                         "score = " + score + "\ndistribution = rademacher\ndimension = 1\ncontext = 20\n",
                         adaptive, "sequences = 200\ntest_sequences = 100\ntest_context = 30\n")),
                     "causal.scale");
  };
  const record::RunRecord linear = trained("linear"), softmax = trained("softmax");
  CHECK(final_of(linear, "unexplained") < 1e-6);
  CHECK(final_of(linear, "one_step_distance") < 1e-3);
  CHECK(final_of(linear, "median_ratio") == Approx(1).epsilon(1e-3));
  CHECK(final_of(softmax, "unexplained") < 0.1);
  CHECK(final_of(softmax, "one_step_distance") > 0.1);
  CHECK(final_of(softmax, "recall_distance") < 0.4);
  CHECK(final_of(softmax, "a_diagonal") > 3);
  CHECK(2 * final_of(softmax, "test_loss") == Approx(final_of(softmax, "unexplained")).epsilon(1e-12));
}

TEST_CASE("causal attention has no exact risk, and refuses contexts that its work forbids", "[causal]") {
  const auto point = test::only_point(test::causal_sweep_of(
      "distribution = gaussian\ndimension = 2\ncontext = 4\n", steps, "sequences = 3\n"));
  CHECK(point.name("score") == "softmax");
  for (const char* key : {"risk", "blocks", "precision", "statistics", "train", "test_context"})
    CHECK_FALSE(point.uses(key));
  CHECK(std::isnan(final_of(test::run(point, "causal.scale"), "unexplained")));
  CHECK_THROWS_WITH(
      test::causal_sweep_of("distribution = gaussian\ndimension = 2\ncontext = 2000000\n", steps, ""),
      Catch::Contains("at most 1e6 where model = causal-attention"));
  CHECK_THROWS_WITH(test::causal_sweep_of("distribution = gaussian\ndimension = 2\ncontext = 5\n", steps,
                                          "test_sequences = 1\ntest_context = 2\n"),
                    Catch::Contains("must be 0 or at least 3"));
}

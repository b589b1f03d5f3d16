#include <cmath>
#include <set>

#include "core/error.hpp"
#include "experiment/parameters.hpp"
#include "experiment/problem.hpp"
#include "experiment/run_point.hpp"
#include "experiment/softmax_attention_observer.hpp"
#include "points.hpp"
#include "support/catch.hpp"
#include "theory/attention_setting.hpp"

using namespace flowsweep;

namespace {

sweep::Sweep attention_sweep(const std::string& model, const std::string& axes) {
  return sweep::parse_sweep(
      "name = t\nmodel = " + model + "\n[axes]\ndistribution = gaussian\ndimension = 3\n" + axes, "t", {},
      experiment::vocabulary());
}

sweep::Point attention_point(const std::string& model, const std::string& axes) {
  return test::only_point(attention_sweep(model, axes));
}

std::string refusal(const std::string& model, const std::string& axes) {
  try {
    attention_sweep(model, axes);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a point of softmax attention uses its model's keys", "[softmax-attention]") {
  const auto point = attention_point("softmax-attention", "");
  for (const char* key : {"demonstrations", "queries", "alpha", "task_distribution", "task_scale", "prompts",
                          "seed", "integrator", "records"})
    CHECK(point.uses(key));
  for (const char* key : {"risk", "context", "init", "blocks", "sequences", "layers", "hidden", "negatives",
                          "population", "mask", "train"})
    CHECK_FALSE(point.uses(key));
  CHECK(attention_point("softmax-attention", "beta = 0.1\n").uses("negative_rule"));
  CHECK(attention_point("transformer-layer", "").uses("residual"));
  CHECK(attention_point("multilayer-attention", "").uses("layers"));
  const auto tokens = attention_point("softmax-attention", "task = tokens\n");
  CHECK(tokens.uses("population"));
  for (const char* key : {"prompts", "integrator", "task_distribution", "noise"})
    CHECK_FALSE(tokens.uses(key));
}

TEST_CASE("the law of a task has its own scale and shares the keys of shapes", "[softmax-attention]") {
  const auto point = attention_point("softmax-attention", "task_distribution = student-t\nnu = 9\n");
  CHECK(point.uses("nu"));
  CHECK(refusal("softmax-attention", "task_distribution = student-t\nnu = 5\n").find("nu") !=
        std::string::npos);
  CHECK_FALSE(
      attention_point("softmax-attention", "task = tokens\ntask_distribution = student-t\n").uses("nu"));
}

TEST_CASE("what softmax attention cannot be is refused", "[softmax-attention]") {
  for (const char* wrong : {"demonstrations = 0\n", "queries = 0\n", "features = 0\n", "alpha = nan\n",
                            "beta = inf\n", "beta = 1\nnegatives = 0\n", "beta = 1\nnegatives = 1.1\n",
                            "beta = 1\ndemonstrations = 1\n", "delta = 1\n"}) {
    CAPTURE(wrong);
    CHECK_FALSE(refusal("softmax-attention", wrong).empty());
  }
  CHECK(refusal("transformer-layer", "residual = true\nwidth = 2\n").find("width") != std::string::npos);
}

TEST_CASE("theorems that speak about no point of a sweep are found", "[softmax-attention]") {
  const auto silent = [](const std::string& theorems) {
    std::vector<std::string> names;
    for (const theory::Theorem* theorem : experiment::silent_theorems(test::sweep_of_model(
             "softmax-attention", "theorems = " + theorems, "distribution = gaussian\ndimension = 3\n")))
      names.push_back(theorem->name);
    return names;
  };
  CHECK(silent("mesa.limit, dual.equivalence") == std::vector<std::string>{"mesa.limit"});
  CHECK(silent("dual.equivalence").empty());
}

TEST_CASE("the memory of long prompts is foreseen", "[softmax-attention]") {
  const auto bytes = [](const std::string& axes) {
    std::uint64_t sum = 0;
    const auto point = attention_point("softmax-attention", axes);
    for (const experiment::Holding& held : experiment::family_of(point).holdings(point)) sum += held.bytes;
    return sum;
  };
  CHECK(bytes("task = tokens\ndemonstrations = 9999\n") == 2 * 8 * 10000ULL * 10000ULL);
}

TEST_CASE("a start of softmax attention has the deviations asked for", "[softmax-attention]") {
  const auto point = attention_point("transformer-layer", "weight_scale = 0\nkey_map = mlp\n");
  for (const double weight : experiment::start_weights(point)) CHECK(weight == 0);
  model::AttentionShape shape;
  shape.input = 40;
  shape.width = 20;
  shape.hidden = 500;
  const std::uint64_t seed = 7;
  CAPTURE(seed);
  const auto weights = theory::gaussian_weights(shape, 2, CounterRng(seed, Stream::initial_weights));
  const auto layout = model::layout_of(shape);
  const auto deviation = [&](std::size_t first, std::size_t last) {
    double squares = 0;
    for (std::size_t k = first; k < last; ++k) squares += weights[k] * weights[k];
    return std::sqrt(squares / static_cast<double>(last - first));
  };
  // Relative standard error 1 / sqrt(2 n): six of them, so that one run in 10^8 fails.
  const auto close = [&](std::size_t first, std::size_t last, double expected) {
    const double bound = 6 * expected / std::sqrt(2.0 * static_cast<double>(last - first));
    CHECK(std::abs(deviation(first, last) - expected) < bound);
  };
  close(layout.layers[0].query, layout.inner, 2 / std::sqrt(40.0));
  close(layout.inner, layout.inner_bias, 2 / std::sqrt(20.0));
  close(layout.inner_bias, layout.outer, 2);
  close(layout.outer, layout.outer_bias, 2 / std::sqrt(500.0));
}

TEST_CASE("prompts of in-context regression carry labels of one vector", "[softmax-attention]") {
  const auto setting = theory::attention_setting(attention_point("softmax-attention", "queries = 2\n"));
  const auto prompts = risk::sample_prompts(setting.prompts, 15, 2, 3, CounterRng(5, Stream::test_sequences));
  REQUIRE(prompts.count() == 3);
  REQUIRE(prompts.targets.size() == 3);
  for (std::size_t p = 0; p < 3; ++p) {
    const auto token = [&](int k) {
      return std::span(prompts.tokens).subspan(51 * p + 3 * std::size_t(k), 3);
    };
    const auto first = token(0), second = token(1);
    const double determinant = first[0] * second[1] - first[1] * second[0];
    const double w[] = {(first[2] * second[1] - first[1] * second[2]) / determinant,
                        (first[0] * second[2] - first[2] * second[0]) / determinant};
    const auto label = [&](int k) { return token(k)[0] * w[0] + token(k)[1] * w[1]; };
    for (int k = 2; k < 15; ++k) CHECK(std::abs(token(k)[2] - label(k)) < 1e-10);
    for (const int k : {15, 16}) CHECK(token(k)[2] == 0);
    CHECK(std::abs(label(16) - prompts.targets[p]) < 1e-10);
  }
}

TEST_CASE("a point without training converges where it starts", "[softmax-attention]") {
  const auto point = attention_point("multilayer-attention", "task = tokens\n");
  const auto run = experiment::run_point(point, {});
  CHECK(run.status == record::Status::converged);
  CHECK(run.flow_time == 0);
  CHECK(run.weights == experiment::start_weights(point));
}

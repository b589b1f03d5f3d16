// Duals of attention layers against the forward pass, over random shapes, weights and prompts.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "dual/layer_dual.hpp"
#include "dual/random_matrix.hpp"
#include "model/softmax_attention.hpp"
#include "support/catch.hpp"

namespace flowsweep {
namespace {

using dual::DualIngredients;
using dual::DualModel;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using model::AttentionShape;
using model::TokenMap;
using test::normal_matrix;

constexpr double layer_tolerance =
    1e-12;  // some hundred roundings, outputs that need not be of their terms' size
constexpr double end_tolerance = 1e-10;  // the layers above amplify what the first ones round
constexpr double planted = 1e-5;         // every planted change of 1 per cent moves an output by more

int between(CounterRng& rng, int low, int high) {
  return low + static_cast<int>(rng.below(static_cast<std::uint64_t>(high - low + 1)));
}

TokenMap any_map(CounterRng& rng) {
  return static_cast<TokenMap>(between(rng, 0, 3));
}

model::Modifications any_modifications(CounterRng& rng) {
  model::Modifications change;
  if (rng.sign() > 0) change.alpha = rng.normal();
  if (rng.sign() > 0) change.value_map = any_map(rng);
  if (rng.sign() > 0) change.key_map = any_map(rng);
  if (rng.sign() > 0) change.beta = rng.normal();
  change.negatives = rng.uniform();
  if (rng.sign() > 0) change.negative_rule = model::NegativeRule::lowest_query_score;
  return change;
}

struct Case {
  AttentionShape shape;
  std::vector<double> weights;
  int demonstrations;
  MatrixXd tokens;
  model::AttentionTrace trace;

  int last() const { return static_cast<int>(tokens.cols()) - 1; }
  dual::NegativeSets negatives(int layer, int column) const {
    const auto& at = trace.layers[static_cast<std::size_t>(layer)];
    return model::negative_sets(shape.modifications, at.keys, at.queries, demonstrations, column);
  }
  DualIngredients ingredients() const {
    return dual::dual_of_layer(shape, weights, 0, tokens, demonstrations, last(), negatives(0, last()));
  }
  VectorXd attention_output() const { return trace.layers.back().outputs.col(last()); }
};

Case any_case(CounterRng& rng, AttentionShape shape) {
  Case one;
  one.shape = shape;
  const double scale = (rng.sign() > 0 ? 1.0 : 0.3) / std::sqrt(shape.width);
  for (std::size_t size = model::layout_of(shape).size; one.weights.size() < size;)
    one.weights.push_back(scale * rng.normal());
  one.demonstrations = between(rng, 1, 12);
  one.tokens = normal_matrix(rng, shape.input, one.demonstrations + between(rng, 1, 4), 1);
  one.trace = model::attend(shape, one.weights, one.tokens, one.demonstrations);
  return one;
}

AttentionShape any_shape(CounterRng& rng, int layers = 1) {
  AttentionShape shape{
      .input = between(rng, 1, 8), .width = between(rng, 1, 8), .layers = layers, .modifications = {}};
  shape.modifications = any_modifications(rng);
  return shape;
}

AttentionShape with_hidden(CounterRng& rng, AttentionShape shape) {
  shape.hidden = between(rng, 1, 9);
  shape.residual = rng.sign() > 0;
  if (shape.residual) shape.width = shape.input;
  return shape;
}

double relative_error(const MatrixXd& measured, const MatrixXd& expected) {
  return (measured - expected).norm() / std::max(expected.norm(), 1e-3);
}

double error_of(const DualIngredients& ingredients, const VectorXd& output) {
  return relative_error(prediction_after_one_step(DualModel(ingredients)), output);
}

}  // namespace

TEST_CASE("one step of the dual gives the attention output of every shape and modification", "[dual]") {
  const std::uint64_t seed = 511;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  for (int trial = 0; trial < 200; ++trial) {
    const Case one = any_case(rng, any_shape(rng));
    DualIngredients ingredients = one.ingredients();
    CAPTURE(trial);
    CHECK(error_of(ingredients, one.attention_output()) <= layer_tolerance);
    ingredients.rate = std::exp(3 * rng.normal());
    CHECK(error_of(ingredients, one.attention_output()) <= layer_tolerance);
  }
}

TEST_CASE("a dual with another loss, normaliser or W_0 is not the attention output", "[dual]") {
  CounterRng rng(512, 0);
  const Case one = any_case(rng, {.input = 4, .width = 3, .modifications = {.alpha = 0.3, .beta = 0.4}});
  const auto seen = [&](auto change) {
    DualIngredients ingredients = one.ingredients();
    change(ingredients);
    CHECK(error_of(ingredients, one.attention_output()) > planted);
  };
  seen([](DualIngredients& given) { given.loss_weights[0] *= 1.01; });
  seen([](DualIngredients& given) { given.log_normaliser += 0.01; });
  seen([](DualIngredients& given) { given.start.coefficients *= 1.01; });
  seen([](DualIngredients& given) { given.start.log_factors.array() += 0.01; });
  seen([](DualIngredients& given) { given.alpha += 0.01; });
  seen([](DualIngredients& given) { given.query *= 1.01; });
  seen([](DualIngredients& given) { given.keys *= 1.01; });
  seen([](DualIngredients& given) { given.values *= 1.01; });
}

TEST_CASE("one-token steps stay at the distance of the values still to come", "[dual]") {
  const std::uint64_t seed = 513;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  for (int trial = 0; trial < 30; ++trial) {
    const Case one = any_case(rng, any_shape(rng));
    const DualModel model(one.ingredients());
    const int n = one.demonstrations;
    std::vector<int> order(static_cast<std::size_t>(n));
    std::iota(order.begin(), order.end(), 0);
    for (int i = n - 1; i > 0; --i) std::swap(order[static_cast<std::size_t>(i)], order[rng.below(i + 1)]);
    const MatrixXd errors = model.stepwise_predictions(order).colwise() - one.attention_output();
    const auto rest = dual::remaining_distances(one.trace.layers[0].weights.col(one.last()).head(n),
                                                model.ingredients().values, order);
    const double scale = std::max(rest.envelope[0], 1e-3);
    CHECK((errors.colwise().norm().transpose() - rest.distances).cwiseAbs().maxCoeff() <=
          layer_tolerance * scale);
    CHECK((rest.distances.array() <= rest.envelope.array() + layer_tolerance * scale).all());
    CHECK((rest.envelope.head(n).array() >= rest.envelope.tail(n).array()).all());
    CHECK(rest.distances[n] == 0);
  }
}

TEST_CASE("a regularisation spread over the one-token steps would not end at the attention output",
          "[dual]") {
  CounterRng rng(514, 0);
  const Case one = any_case(rng, {.input = 4, .width = 3, .modifications = {.alpha = 0.3}});
  const DualIngredients whole = one.ingredients();
  const auto n = whole.keys.cols();
  REQUIRE(n > 1);
  dual::KernelExpansion weights = whole.start;
  for (int i = 0; i < n; ++i) {
    DualIngredients token = whole;
    token.keys = whole.keys.col(i);
    token.values = whole.values.col(i);
    token.loss_weights = VectorXd::Ones(1);
    token.alpha = whole.alpha / static_cast<double>(n);
    weights = DualModel(token).step(weights);
  }
  CHECK(relative_error(DualModel(whole).predict(weights), one.attention_output()) > planted);
}

TEST_CASE("the dual of a Transformer layer on its activation pattern", "[dual]") {
  const std::uint64_t seed = 515;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  int residual = 0, changed = 0;
  for (int trial = 0; trial < 100; ++trial) {
    const Case one = any_case(rng, with_hidden(rng, any_shape(rng)));
    const VectorXd x = one.tokens.col(one.last());
    VectorXd pattern = dual::activation_pattern(one.shape, one.weights, one.attention_output(), x);
    CHECK((pattern.array() == (one.trace.hidden.array() > 0).cast<double>()).all());
    CHECK(error_of(with_feed_forward(one.ingredients(), one.shape, one.weights, pattern, x),
                   one.trace.output) <= layer_tolerance);
    pattern[0] = 1 - pattern[0];
    const double wrong =
        error_of(with_feed_forward(one.ingredients(), one.shape, one.weights, pattern, x), one.trace.output);
    residual += one.shape.residual;
    changed += wrong > planted;
  }
  CHECK(residual > 20);
  CHECK(changed > 95);  // the wrong pattern shows unless its neuron is close to its threshold
}

TEST_CASE("duals fed forward reproduce every layer", "[dual]") {
  const std::uint64_t seed = 516;
  CounterRng rng(seed, 0);
  CAPTURE(seed);
  for (int trial = 0; trial < 40; ++trial) {
    AttentionShape shape = any_shape(rng, between(rng, 2, 4));
    if (trial % 2 == 1) shape = with_hidden(rng, shape);
    const Case one = any_case(rng, shape);
    const auto negatives = [&](int layer, int column) { return one.negatives(layer, column); };
    const auto predicted =
        dual::predict_through_layers(shape, one.weights, one.tokens, one.demonstrations, negatives, 0.3);
    CAPTURE(trial);
    for (std::size_t l = 0; l < one.trace.layers.size(); ++l)
      CHECK(relative_error(predicted.outputs[l], one.trace.layers[l].outputs) <= end_tolerance);
    CHECK(relative_error(predicted.output, one.trace.output) <= end_tolerance);
    CHECK(predicted.pattern.size() == shape.hidden);
  }
}

TEST_CASE("the dual holds for any choice of negatives, the same on both sides", "[dual]") {
  CounterRng rng(517, 0);
  const Case one = any_case(rng, {.input = 3, .width = 3, .modifications = {.beta = 0.6}});
  const dual::NegativeSets chosen(static_cast<std::size_t>(one.demonstrations), {0});
  const auto tokens = dual::layer_tokens(one.shape, one.weights, 0, one.tokens);
  const DualIngredients ingredients =
      dual::dual_of_column(one.shape.modifications, tokens, one.demonstrations, one.last(), chosen);
  const VectorXd a = one.trace.layers[0].weights.col(one.last());
  MatrixXd values = one.trace.layers[0].values;
  for (int i = one.demonstrations - 1; i >= 0; --i) values.col(i) -= 0.6 * values.col(0);
  CHECK(error_of(ingredients, values * a) <= layer_tolerance);
}

TEST_CASE("scores far beyond the range of exp leave the dual exact", "[dual]") {
  CounterRng rng(518, 0);
  Case one = any_case(rng, {.input = 4, .width = 4, .modifications = {}});
  for (double& weight : one.weights) weight *= 60;
  one.trace = model::attend(one.shape, one.weights, one.tokens, one.demonstrations);
  const DualIngredients ingredients = one.ingredients();
  REQUIRE(ingredients.log_normaliser > 800);
  // An exponent of 1e3 to 1e4 has an error of its size times 1e-16.
  CHECK(error_of(ingredients, one.attention_output()) <= 1e-10);
}

TEST_CASE("weights that are not finite give a prediction that is not", "[dual]") {
  using enum TokenMap;
  CounterRng rng(520, 0);
  for (const TokenMap map : {identity, relu, gelu, mlp}) {
    Case one = any_case(rng, {.input = 3, .width = 2, .modifications = {.value_map = map, .key_map = map}});
    for (const double wrong : {std::nan(""), std::numeric_limits<double>::infinity()}) {
      one.weights[model::layout_of(one.shape).layers[0].value] = wrong;
      one.weights[model::layout_of(one.shape).layers[0].key] = wrong;
      const auto dual =
          dual::dual_of_layer(one.shape, one.weights, 0, one.tokens, one.demonstrations, one.last(), {});
      CHECK_FALSE(prediction_after_one_step(DualModel(dual)).allFinite());
    }
  }
}

TEST_CASE("tokens and negatives that do not fit a layer are refused", "[dual]") {
  CounterRng rng(519, 0);
  const Case one = any_case(rng, {.input = 3, .width = 2, .modifications = {}});
  const auto refused = [&](int layer, const MatrixXd& tokens, int demonstrations, int column,
                           const dual::NegativeSets& negatives) {
    CHECK_THROWS_AS(
        dual::dual_of_layer(one.shape, one.weights, layer, tokens, demonstrations, column, negatives),
        std::invalid_argument);
  };
  const int n = one.demonstrations, all = one.last() + 1;
  refused(1, one.tokens, n, 0, {});
  refused(0, MatrixXd::Ones(2, all), n, 0, {});
  refused(0, one.tokens, 0, 0, {});
  refused(0, one.tokens, all, 0, {});
  refused(0, one.tokens, n, all, {});
  refused(0, one.tokens, n, 0, dual::NegativeSets(static_cast<std::size_t>(n + 1)));
  refused(0, one.tokens, n, 0, dual::NegativeSets(static_cast<std::size_t>(n), {n}));
}

}  // namespace flowsweep

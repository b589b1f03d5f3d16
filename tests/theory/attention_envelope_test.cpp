#include "theory/attention_envelope.hpp"

#include <cmath>

#include "core/rng.hpp"
#include "support/catch.hpp"

using namespace flowsweep;

namespace {

constexpr double rounding = 1e-13;  // sums of at most a hundred positive products

model::AttentionShape layer_with_all() {
  model::AttentionShape shape;
  shape.input = shape.width = 3;
  shape.hidden = 5;
  shape.residual = true;
  shape.modifications.alpha = -0.5;
  shape.modifications.beta = -0.3;
  shape.modifications.value_map = model::TokenMap::relu;
  return shape;
}

}  // namespace

TEST_CASE("where nothing cancels, envelopes are the outputs", "[attention-envelope]") {
  const std::uint64_t seed = 11;
  CAPTURE(seed);
  CounterRng rng(seed, Stream::initial_weights);
  const model::AttentionShape shape = layer_with_all();
  std::vector<double> weights(model::layout_of(shape).size);
  for (double& weight : weights) weight = rng.uniform();
  Eigen::MatrixXd tokens(3, 6);
  for (double& entry : tokens.reshaped()) entry = rng.uniform();
  const int demonstrations = 4, last = 5;
  const model::AttentionTrace trace = model::attend(shape, weights, tokens, demonstrations);
  const model::AttentionLayerTrace& layer = trace.layers[0];
  const auto envelope = [&](const Eigen::MatrixXd& of) {
    return theory::layer_envelope(shape, weights, 0, of);
  };
  const Eigen::VectorXd scores = layer.keys.transpose() * layer.queries.col(last) / std::sqrt(3.0);
  CHECK(std::abs(theory::score_envelope(envelope(tokens), last) / scores.maxCoeff() - 1) < rounding);
  const auto negatives =
      model::negative_sets(shape.modifications, layer.keys, layer.queries, demonstrations, last);
  const Eigen::VectorXd attention =
      theory::output_envelope(shape.modifications, layer, envelope(tokens), demonstrations, last, negatives);
  CHECK((attention - layer.outputs.col(last)).norm() < rounding * attention.norm());
  const auto after =
      theory::feed_forward_envelope(shape, weights, attention, Eigen::VectorXd::Ones(5), tokens.col(last));
  CHECK((after.hidden - trace.hidden).norm() < rounding * trace.hidden.norm());
  CHECK((after.output - trace.output).norm() < rounding * trace.output.norm());
  // Signs do not matter.
  CHECK(envelope(-tokens).values == envelope(tokens).values);
}

#include "theory/attention_envelope.hpp"

#include <cmath>

namespace flowsweep::theory {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Weights = std::span<const double>;

constexpr double gelu_slope = 1.13;  // sup |gelu'| = 1.1289

Eigen::MatrixXd absolute(Weights weights, std::size_t offset, int rows, int columns) {
  return Eigen::Map<const RowMajor>(weights.data() + offset, rows, columns).cwiseAbs();
}

Eigen::MatrixXd mapped(model::TokenMap map, Weights weights, const std::size_t (&offsets)[2],
                       const Eigen::MatrixXd& z) {
  const auto d = static_cast<int>(z.rows());
  switch (map) {
    case model::TokenMap::identity:
    case model::TokenMap::relu:
      return z;
    case model::TokenMap::gelu:
      return gelu_slope * z;
    case model::TokenMap::mlp:
      break;
  }
  const Eigen::MatrixXd inner = gelu_slope * (absolute(weights, offsets[0], d, d) * z);
  return absolute(weights, offsets[1], d, d) * inner;
}

}  // namespace

LayerEnvelope layer_envelope(const model::AttentionShape& shape, Weights weights, int layer,
                             const Eigen::MatrixXd& tokens) {
  const model::AttentionLayout layout = model::layout_of(shape);
  const model::AttentionLayerLayout& at = layout.layers[static_cast<std::size_t>(layer)];
  const Eigen::MatrixXd sizes = tokens.cwiseAbs();
  const auto project = [&](std::size_t offset) -> Eigen::MatrixXd {
    return absolute(weights, offset, shape.width, at.columns) * sizes;
  };
  const model::Modifications& change = shape.modifications;
  return {mapped(change.value_map, weights, at.value_map, project(at.value)),
          mapped(change.key_map, weights, at.key_map, project(at.key)), project(at.query)};
}

double score_envelope(const LayerEnvelope& envelope, int column) {
  const auto width = static_cast<double>(envelope.keys.rows());
  const Eigen::VectorXd scores = envelope.keys.transpose() * envelope.queries.col(column);
  return scores.maxCoeff<Eigen::PropagateNaN>() / std::sqrt(width);
}

Eigen::VectorXd output_envelope(const model::Modifications& modifications,
                                const model::AttentionLayerTrace& layer, const LayerEnvelope& envelope,
                                int demonstrations, int column, const dual::NegativeSets& negatives) {
  Eigen::VectorXd shares = layer.weights.col(column);
  shares.tail(shares.size() - demonstrations) *= 1 + std::abs(modifications.alpha);
  for (std::size_t i = 0; i < negatives.size(); ++i) {
    const double share = std::abs(modifications.beta) / static_cast<double>(negatives[i].size());
    for (const int j : negatives[i]) shares[j] += share * layer.weights(static_cast<Eigen::Index>(i), column);
  }
  return envelope.values * shares;
}

FeedForwardEnvelope feed_forward_envelope(const model::AttentionShape& shape, Weights weights,
                                          const Eigen::VectorXd& attention, const Eigen::VectorXd& pattern,
                                          const Eigen::VectorXd& last_token) {
  const model::AttentionLayout layout = model::layout_of(shape);
  Eigen::VectorXd input = attention;
  if (shape.residual) input += last_token.cwiseAbs();
  FeedForwardEnvelope result;
  result.hidden = absolute(weights, layout.inner, shape.hidden, shape.width) * input +
                  absolute(weights, layout.inner_bias, shape.hidden, 1);
  result.output =
      absolute(weights, layout.outer, shape.width, shape.hidden) * pattern.cwiseProduct(result.hidden) +
      absolute(weights, layout.outer_bias, shape.width, 1);
  if (shape.residual) result.output += input;
  return result;
}

}  // namespace flowsweep::theory

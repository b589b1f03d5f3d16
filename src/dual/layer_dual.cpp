#include "dual/layer_dual.hpp"

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <utility>

namespace flowsweep::dual {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Weights = std::span<const double>;

Eigen::Map<const RowMajor> matrix(Weights weights, std::size_t offset, int rows, int columns) {
  return {weights.data() + offset, rows, columns};
}

double relu(double z) {
  return z < 0 ? 0 : z;
}  // keeps NaN

double gelu(double z) {
  return 0.5 * z * std::erfc(-z / std::numbers::sqrt2);
}

Eigen::MatrixXd mapped(model::TokenMap map, Weights weights, const std::size_t (&offsets)[2],
                       const Eigen::MatrixXd& z) {
  const auto d = static_cast<int>(z.rows());
  switch (map) {
    case model::TokenMap::identity:
      return z;
    case model::TokenMap::relu:
      return z.unaryExpr(&relu);
    case model::TokenMap::gelu:
      return z.unaryExpr(&gelu);
    case model::TokenMap::mlp:
      break;
  }
  const Eigen::MatrixXd inner = matrix(weights, offsets[0], d, d) * z;
  return matrix(weights, offsets[1], d, d) * inner.unaryExpr(&gelu);
}

double log_sum_exp(const Eigen::VectorXd& exponents) {
  const double largest = exponents.maxCoeff();
  return largest + std::log((exponents.array() - largest).exp().sum());
}

// v_i - (beta / |N(i)|) sum_{j in N(i)} v_j for the N demonstrations
Eigen::MatrixXd training_values(const Eigen::MatrixXd& values, double beta, const NegativeSets& negatives) {
  Eigen::MatrixXd result = values;
  for (std::size_t i = 0; i < negatives.size(); ++i) {
    if (negatives[i].empty()) continue;
    const double share = beta / static_cast<double>(negatives[i].size());
    for (const int j : negatives[i]) result.col(i) -= share * values.col(j);
  }
  return result;
}

bool negatives_fit(const NegativeSets& negatives, int demonstrations) {
  if (negatives.empty()) return true;
  if (negatives.size() != static_cast<std::size_t>(demonstrations)) return false;
  for (const auto& set : negatives) {
    for (const int j : set) {
      if (j < 0 || j >= demonstrations) return false;
    }
  }
  return true;
}

struct FeedForward {
  Eigen::Map<const RowMajor> inner, outer;
  Eigen::VectorXd inner_bias, outer_bias;
};

FeedForward feed_forward(const model::AttentionShape& shape, Weights weights) {
  const model::AttentionLayout layout = model::layout_of(shape);
  return {matrix(weights, layout.inner, shape.hidden, shape.width),
          matrix(weights, layout.outer, shape.width, shape.hidden),
          matrix(weights, layout.inner_bias, shape.hidden, 1),
          matrix(weights, layout.outer_bias, shape.width, 1)};
}

}  // namespace

LayerTokens layer_tokens(const model::AttentionShape& shape, Weights weights, int layer,
                         const Eigen::MatrixXd& tokens) {
  const model::AttentionLayout layout = model::layout_of(shape);
  if (layer < 0 || layer >= shape.layers || weights.size() != layout.size) {
    throw std::invalid_argument("no such layer, or weights of another shape");
  }
  const model::AttentionLayerLayout& at = layout.layers[static_cast<std::size_t>(layer)];
  if (tokens.rows() != at.columns)
    throw std::invalid_argument("tokens of another dimension than the layer's");
  const auto project = [&](std::size_t offset) -> Eigen::MatrixXd {
    return matrix(weights, offset, shape.width, at.columns) * tokens;
  };
  const double scale = std::pow(shape.width, -0.25);
  const model::Modifications& change = shape.modifications;
  return {scale * mapped(change.key_map, weights, at.key_map, project(at.key)), scale * project(at.query),
          mapped(change.value_map, weights, at.value_map, project(at.value))};
}

DualIngredients dual_of_column(const model::Modifications& modifications, const LayerTokens& tokens,
                               int demonstrations, int column, const NegativeSets& negatives) {
  const auto length = static_cast<int>(tokens.keys.cols());
  if (demonstrations < 1 || demonstrations >= length || column < 0 || column >= length ||
      !negatives_fit(negatives, demonstrations)) {
    throw std::invalid_argument("demonstrations, column or negatives do not fit the tokens");
  }
  const int queries = length - demonstrations;
  DualIngredients dual;
  dual.query = tokens.queries.col(column);
  dual.log_normaliser = log_sum_exp(tokens.keys.transpose() * dual.query);
  dual.keys = tokens.keys.leftCols(demonstrations);
  dual.values = training_values(tokens.values.leftCols(demonstrations), modifications.beta, negatives);
  dual.loss_weights = Eigen::VectorXd::Ones(demonstrations);
  dual.start = {tokens.values.rightCols(queries), Eigen::VectorXd::Constant(queries, -dual.log_normaliser),
                tokens.keys.rightCols(queries)};
  dual.bias = Eigen::VectorXd::Zero(tokens.values.rows());
  dual.alpha = modifications.alpha;
  return dual;
}

DualIngredients dual_of_layer(const model::AttentionShape& shape, Weights weights, int layer,
                              const Eigen::MatrixXd& tokens, int demonstrations, int column,
                              const NegativeSets& negatives) {
  return dual_of_column(shape.modifications, layer_tokens(shape, weights, layer, tokens), demonstrations,
                        column, negatives);
}

Eigen::VectorXd activation_pattern(const model::AttentionShape& shape, Weights weights,
                                   const Eigen::VectorXd& attention_output,
                                   const Eigen::VectorXd& last_token) {
  const FeedForward part = feed_forward(shape, weights);
  Eigen::VectorXd input = attention_output;
  if (shape.residual) input += last_token;
  const Eigen::VectorXd z = part.inner * input + part.inner_bias;
  return (z.array() > 0).cast<double>();
}

DualIngredients with_feed_forward(DualIngredients attention, const model::AttentionShape& shape,
                                  Weights weights, const Eigen::VectorXd& pattern,
                                  const Eigen::VectorXd& last_token) {
  const FeedForward part = feed_forward(shape, weights);
  const Eigen::MatrixXd active = part.outer * pattern.asDiagonal();
  Eigen::MatrixXd map = active * part.inner;
  attention.bias = active * part.inner_bias + part.outer_bias;
  if (shape.residual) {
    attention.bias += map * last_token + last_token;
    map.diagonal().array() += 1;
  }
  attention.values = map * attention.values;
  attention.start.coefficients = map * attention.start.coefficients;
  return attention;
}

LayeredPrediction predict_through_layers(const model::AttentionShape& shape, Weights weights,
                                         const Eigen::MatrixXd& tokens, int demonstrations,
                                         const NegativesOf& negatives, double rate) {
  const auto last = static_cast<int>(tokens.cols()) - 1;
  if (shape.layers < 1) throw std::invalid_argument("a prediction through no layer");
  LayeredPrediction result;
  DualIngredients dual;
  for (int layer = 0; layer < shape.layers; ++layer) {
    const LayerTokens mapped_tokens =
        layer_tokens(shape, weights, layer, layer == 0 ? tokens : result.outputs.back());
    Eigen::MatrixXd outputs(shape.width, tokens.cols());
    for (int column = 0; column <= last; ++column) {
      dual = dual_of_column(shape.modifications, mapped_tokens, demonstrations, column,
                            negatives(layer, column));
      dual.rate = rate;
      outputs.col(column) = prediction_after_one_step(DualModel(dual));
    }
    result.outputs.push_back(std::move(outputs));
  }
  result.output = result.outputs.back().col(last);
  if (shape.hidden == 0) return result;
  result.pattern = activation_pattern(shape, weights, result.output, tokens.col(last));
  result.output = prediction_after_one_step(
      DualModel(with_feed_forward(dual, shape, weights, result.pattern, tokens.col(last))));
  return result;
}

}  // namespace flowsweep::dual

#include "model/softmax_attention.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace flowsweep::model {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using Matrix = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

// Plain loops: equal columns give equal bits, so that equal scores are equal and ties are ties.
MatrixXd multiply(const Matrix& matrix, const MatrixXd& columns) {
  MatrixXd result = MatrixXd::Zero(matrix.rows(), columns.cols());
  for (Eigen::Index j = 0; j < columns.cols(); ++j)
    for (Eigen::Index i = 0; i < matrix.rows(); ++i)
      for (Eigen::Index k = 0; k < matrix.cols(); ++k) result(i, j) += matrix(i, k) * columns(k, j);
  return result;
}

double score(const MatrixXd& keys, int key, const MatrixXd& queries, int query) {
  double sum = 0;
  for (Eigen::Index k = 0; k < keys.rows(); ++k) sum += keys(k, key) * queries(k, query);
  return sum;
}

// NaN stays NaN.
double relu(double z) {
  return z < 0 ? 0 : z;
}

double gelu(double z) {
  return z * 0.5 * std::erfc(-z / std::numbers::sqrt2);
}

/// Reads the matrices of one layer.
class LayerWeights {
 public:
  LayerWeights(const AttentionShape& shape, const AttentionLayerLayout& layout, const double* weights)
      : width_(shape.width), layout_(layout), weights_(weights) {}

  Matrix matrix(std::size_t start, int columns) const { return {weights_ + start, width_, columns}; }
  Matrix tokens_to(std::size_t start) const { return matrix(start, layout_.columns); }

  MatrixXd mapped(TokenMap map, const std::size_t (&matrices)[2], const MatrixXd& z) const {
    if (map == TokenMap::relu) return z.unaryExpr(&relu);
    if (map == TokenMap::gelu) return z.unaryExpr(&gelu);
    if (map == TokenMap::mlp)
      return multiply(matrix(matrices[1], width_), multiply(matrix(matrices[0], width_), z).unaryExpr(&gelu));
    return z;
  }

 private:
  int width_;
  const AttentionLayerLayout& layout_;
  const double* weights_;
};

MatrixXd softmax_columns(MatrixXd scores) {
  for (auto column : scores.colwise()) {
    const double largest = column.maxCoeff<Eigen::PropagateNaN>();
    column = (column.array() - largest).exp();
    column /= column.sum();
  }
  return scores;
}

/// v~ for the output of token `column`: values of query tokens shortened by alpha, demonstrations less their
/// negatives.
MatrixXd modified_values(const Modifications& m, const AttentionLayerTrace& layer, int demonstrations,
                         int column) {
  MatrixXd values = layer.values;
  values.rightCols(values.cols() - demonstrations) *= 1 - m.alpha;
  const auto sets = negative_sets(m, layer.keys, layer.queries, demonstrations, column);
  for (std::size_t i = 0; i < sets.size(); ++i)
    for (int j : sets[i])
      values.col(static_cast<Eigen::Index>(i)) -=
          m.beta / static_cast<double>(sets[i].size()) * layer.values.col(j);
  return values;
}

AttentionLayerTrace attend_layer(const AttentionShape& shape, const AttentionLayerLayout& layout,
                                 const double* weights, MatrixXd tokens, int demonstrations) {
  const Modifications& m = shape.modifications;
  const LayerWeights matrices(shape, layout, weights);
  AttentionLayerTrace layer;
  layer.tokens = std::move(tokens);
  layer.queries = multiply(matrices.tokens_to(layout.query), layer.tokens);
  layer.keys =
      matrices.mapped(m.key_map, layout.key_map, multiply(matrices.tokens_to(layout.key), layer.tokens));
  layer.values = matrices.mapped(m.value_map, layout.value_map,
                                 multiply(matrices.tokens_to(layout.value), layer.tokens));
  const int count = static_cast<int>(layer.tokens.cols());
  MatrixXd scores(count, count);
  for (int j = 0; j < count; ++j)
    for (int i = 0; i < count; ++i)
      scores(i, j) = score(layer.keys, i, layer.queries, j) / std::sqrt(static_cast<double>(shape.width));
  layer.weights = softmax_columns(std::move(scores));
  layer.outputs.resize(shape.width, count);
  for (int j = 0; j < count; ++j)
    layer.outputs.col(j) = modified_values(m, layer, demonstrations, j) * layer.weights.col(j);
  return layer;
}

void feed_forward(const AttentionShape& shape, const AttentionLayout& layout, const double* weights,
                  const VectorXd& query_token, AttentionTrace& trace) {
  const Matrix inner(weights + layout.inner, shape.hidden, shape.width);
  const Matrix outer(weights + layout.outer, shape.width, shape.hidden);
  const Eigen::Map<const VectorXd> inner_bias(weights + layout.inner_bias, shape.hidden);
  const Eigen::Map<const VectorXd> outer_bias(weights + layout.outer_bias, shape.width);
  VectorXd u = trace.output;
  if (shape.residual) u += query_token;
  trace.hidden = inner * u + inner_bias;
  trace.output = outer * trace.hidden.unaryExpr(&relu) + outer_bias;
  if (shape.residual) trace.output += u;
}

void require(bool condition, const char* constraint) {
  if (!condition) throw std::invalid_argument(constraint);
}

/// The `count` indices other than `self` with the lowest scores, sorted.
std::vector<int> lowest(const std::vector<double>& scores, int self, int count) {
  std::vector<int> chosen;
  std::vector<char> taken(scores.size(), 0);
  taken[static_cast<std::size_t>(self)] = 1;
  for (int k = 0; k < count; ++k) {
    std::size_t best = scores.size();
    for (std::size_t j = 0; j < scores.size(); ++j)
      if (!taken[j] && (best == scores.size() || scores[j] < scores[best])) best = j;
    taken[best] = 1;
    chosen.push_back(static_cast<int>(best));
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace

std::vector<std::vector<int>> negative_sets(const Modifications& modifications, const MatrixXd& keys,
                                            const MatrixXd& queries, int demonstrations, int column) {
  const int count = negative_count(modifications, demonstrations);
  if (count == 0) return {};
  std::vector<std::vector<int>> sets;
  std::vector<double> scores(static_cast<std::size_t>(demonstrations));
  for (int i = 0; i < demonstrations; ++i) {
    const int query = modifications.negative_rule == NegativeRule::lowest_score ? i : column;
    for (int j = 0; j < demonstrations; ++j)
      scores[static_cast<std::size_t>(j)] = score(keys, j, queries, query);
    sets.push_back(lowest(scores, i, count));
  }
  return sets;
}

AttentionTrace attend(const AttentionShape& shape, std::span<const double> weights, const MatrixXd& tokens,
                      int demonstrations) {
  const AttentionLayout layout = layout_of(shape);
  require(weights.size() == layout.size, "the number of weights is not that of the shape");
  require(tokens.rows() == shape.input, "tokens must have d_i rows");
  require(demonstrations >= 1 && tokens.cols() > demonstrations,
          "a prompt needs at least one demonstration and one query token");
  AttentionTrace trace;
  for (const AttentionLayerLayout& layer : layout.layers)
    trace.layers.push_back(attend_layer(shape, layer, weights.data(),
                                        trace.layers.empty() ? tokens : trace.layers.back().outputs,
                                        demonstrations));
  trace.output = trace.layers.back().outputs.rightCols(1);
  if (shape.hidden > 0) feed_forward(shape, layout, weights.data(), tokens.rightCols(1), trace);
  // ReLU can hide an infinite weight.
  if (!std::all_of(weights.begin(), weights.end(), [](double w) { return std::isfinite(w); }))
    trace.output.setConstant(std::numeric_limits<double>::quiet_NaN());
  return trace;
}

}  // namespace flowsweep::model

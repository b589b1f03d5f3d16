#include "model/prepared_attention.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/instruction_set.hpp"

namespace flowsweep::model {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Matrix = Eigen::Map<const RowMajor>;
using MutableMatrix = Eigen::Map<RowMajor>;

}  // namespace

PreparedAttention::PreparedAttention(const AttentionShape& shape, int demonstrations, int queries)
    : shape_(shape), layout_(layout_of(shape)), demonstrations_(demonstrations), queries_(queries) {
  if (demonstrations < 1 || queries < 1)
    throw std::invalid_argument("a prompt needs at least one demonstration and one query token");
  for (std::size_t l = 0; l < layout_.layers.size(); ++l)
    place_layer(layout_.layers[l], l + 1 == layout_.layers.size());
  inner_ = place(layout_.inner, shape.hidden, shape.width);
  inner_bias_ = place(layout_.inner_bias, shape.hidden, 1);
  outer_ = place(layout_.outer, shape.width, shape.hidden) + long{shape.width - 1} * shape.hidden;
  outer_bias_ = place(layout_.outer_bias, shape.hidden > 0 ? shape.width : 0, 1) + shape.width - 1;
}

long PreparedAttention::place(std::size_t from, int rows, int columns) {
  const std::size_t to = size_;
  copies_.push_back({from, to, static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns)});
  size_ += copies_.back().length;
  return static_cast<long>(to);
}

void PreparedAttention::place_maps(TokenMap map, const std::size_t (&from)[2], long (&to)[2]) {
  for (int k = 0; k < 2 && map == TokenMap::mlp; ++k) to[k] = place(from[k], shape_.width, shape_.width);
}

void PreparedAttention::place_layer(const AttentionLayerLayout& source, bool last) {
  const auto [width, columns] = std::pair{shape_.width, source.columns};
  const TokenMap key_map = shape_.modifications.key_map, value_map = shape_.modifications.value_map;
  const bool last_row = last && shape_.hidden == 0;
  KernelLayer layer{};
  layer.columns = columns;
  layer.outputs = last ? 1 : demonstrations_ + queries_;
  layer.values = last_row ? 1 : width;
  layer.mix_first = value_map == TokenMap::identity && !last_row;
  layer.score = static_cast<long>(size_);
  size_ += static_cast<std::size_t>(key_map == TokenMap::identity ? columns : width) *
           static_cast<std::size_t>(columns);
  if (key_map != TokenMap::identity) layer.key = place(source.key, width, columns);
  place_maps(key_map, source.key_map, layer.key_map);
  layer.value = place(source.value, width, columns);
  place_maps(value_map, source.value_map, layer.value_map);
  if (last_row && value_map == TokenMap::mlp) layer.value_map[1] += long{width - 1} * width;
  if (last_row && value_map != TokenMap::mlp) layer.value += long{width - 1} * columns;
  layers_.push_back(layer);
}

AttentionForm PreparedAttention::form() const {
  const Modifications& m = shape_.modifications;
  AttentionForm form{};
  form.width = shape_.width;
  form.layers = shape_.layers;
  form.hidden = shape_.hidden;
  form.residual = shape_.residual;
  form.demonstrations = demonstrations_;
  form.tokens = demonstrations_ + queries_;
  form.key_map = m.key_map;
  form.value_map = m.value_map;
  form.alpha = m.alpha;
  form.beta = m.beta;
  form.negatives = negative_count(m, demonstrations_);
  form.query_rule = m.negative_rule == NegativeRule::lowest_query_score;
  form.inner = inner_;
  form.inner_bias = inner_bias_;
  form.outer = outer_;
  form.outer_bias = outer_bias_;
  form.size = static_cast<long>(size_);
  form.layer = layers_.data();
  return form;
}

void PreparedAttention::prepare(std::span<const double> weights, std::span<double> prepared) const {
  const double scale = 1 / std::sqrt(static_cast<double>(shape_.width));
  for (const Copy& copy : copies_)
    std::copy_n(weights.begin() + static_cast<std::ptrdiff_t>(copy.from), copy.length,
                prepared.begin() + static_cast<std::ptrdiff_t>(copy.to));
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const AttentionLayerLayout& source = layout_.layers[l];
    const Matrix query(weights.data() + source.query, shape_.width, source.columns);
    const Matrix key(weights.data() + source.key, shape_.width, source.columns);
    double* const score = prepared.data() + layers_[l].score;
    if (shape_.modifications.key_map == TokenMap::identity)
      MutableMatrix(score, source.columns, source.columns).noalias() = scale * (key.transpose() * query);
    else
      MutableMatrix(score, shape_.width, source.columns) = scale * query;
  }
}

void PreparedAttention::pull_back(std::span<const double> weights, std::span<const double> prepared_gradient,
                                  std::span<double> gradient) const {
  const double scale = 1 / std::sqrt(static_cast<double>(shape_.width));
  for (const Copy& copy : copies_)
    std::copy_n(prepared_gradient.begin() + static_cast<std::ptrdiff_t>(copy.to), copy.length,
                gradient.begin() + static_cast<std::ptrdiff_t>(copy.from));
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const AttentionLayerLayout& source = layout_.layers[l];
    const Matrix query(weights.data() + source.query, shape_.width, source.columns);
    const Matrix key(weights.data() + source.key, shape_.width, source.columns);
    MutableMatrix query_bar(gradient.data() + source.query, shape_.width, source.columns);
    MutableMatrix key_bar(gradient.data() + source.key, shape_.width, source.columns);
    const double* const score_bar = prepared_gradient.data() + layers_[l].score;
    if (shape_.modifications.key_map != TokenMap::identity) {
      query_bar = scale * Matrix(score_bar, shape_.width, source.columns);
      continue;
    }
    const Matrix product_bar(score_bar, source.columns, source.columns);
    query_bar.noalias() = scale * (key * product_bar);
    key_bar.noalias() = scale * (query * product_bar.transpose());
  }
}

AttentionKernel active_attention_kernel() {
  const InstructionSet set = active_instruction_set();
  if (set == InstructionSet::avx512) return avx512::attention_kernel();
  if (set == InstructionSet::avx2) return avx2::attention_kernel();
  return baseline::attention_kernel();
}

}  // namespace flowsweep::model

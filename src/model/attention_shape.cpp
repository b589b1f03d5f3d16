#include "model/attention_shape.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace flowsweep::model {
namespace {

void require(bool condition, const char* constraint) {
  if (!condition) throw std::invalid_argument(constraint);
}

void check(const AttentionShape& shape) {
  const Modifications& m = shape.modifications;
  require(shape.input >= 1 && shape.width >= 1 && shape.layers >= 1 && shape.hidden >= 0,
          "attention needs input, width and layers of at least 1 and hidden of at least 0");
  require(!shape.residual || (shape.hidden > 0 && shape.input == shape.width),
          "residual connections need a feed-forward part and input == width");
  require(std::isfinite(m.alpha) && std::isfinite(m.beta), "alpha and beta must be finite");
  require(m.negatives > 0 && m.negatives <= 1, "the share r of negatives must be in (0, 1]");
}

/// Hands out consecutive stretches of the flat weights.
class Cursor {
 public:
  std::size_t take(int rows, int columns) {
    const std::size_t start = next_;
    next_ += static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
    return start;
  }
  std::size_t next() const { return next_; }

 private:
  std::size_t next_ = 0;
};

AttentionLayerLayout take_layer(const AttentionShape& shape, int columns, Cursor& cursor) {
  const int width = shape.width;
  const int key_rows = shape.modifications.key_map == TokenMap::mlp ? width : 0;
  const int value_rows = shape.modifications.value_map == TokenMap::mlp ? width : 0;
  AttentionLayerLayout layer{};
  layer.columns = columns;
  layer.query = cursor.take(width, columns);
  layer.key = cursor.take(width, columns);
  layer.value = cursor.take(width, columns);
  for (std::size_t& matrix : layer.key_map) matrix = cursor.take(key_rows, width);
  for (std::size_t& matrix : layer.value_map) matrix = cursor.take(value_rows, width);
  return layer;
}

}  // namespace

int negative_count(const Modifications& modifications, int demonstrations) {
  if (modifications.beta == 0 || demonstrations < 2) return 0;
  constexpr double rounding = 1e-12;  // r has one rounding and r N another, both of relative size 1e-16
  const double share = modifications.negatives * demonstrations;
  return std::clamp(static_cast<int>(std::floor(share * (1 + rounding))), 1, demonstrations - 1);
}

AttentionLayout layout_of(const AttentionShape& shape) {
  check(shape);
  Cursor cursor;
  AttentionLayout layout;
  for (int layer = 0; layer < shape.layers; ++layer)
    layout.layers.push_back(take_layer(shape, layer == 0 ? shape.input : shape.width, cursor));
  layout.inner = cursor.take(shape.hidden, shape.width);
  layout.inner_bias = cursor.take(shape.hidden, 1);
  layout.outer = cursor.take(shape.hidden, shape.width);
  layout.outer_bias = cursor.take(shape.hidden > 0 ? shape.width : 0, 1);
  layout.size = cursor.next();
  return layout;
}

}  // namespace flowsweep::model

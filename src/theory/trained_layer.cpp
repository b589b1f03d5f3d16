#include "theory/trained_layer.hpp"

#include <cstddef>
#include <vector>

namespace flowsweep::theory {
namespace {

using model::LinearAttention;

LinearAttention from_ab(std::span<const double> weights, std::size_t d) {
  LinearAttention layer = model::diagonal_start(d, 0, 0);
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j) {
      const auto row = static_cast<Eigen::Index>(i), column = static_cast<Eigen::Index>(j);
      layer.P1()(row, column) = weights[d * i + j];
      layer.Q21()(row, column) = weights[d * d + d * i + j];
    }
  return layer;
}

}  // namespace

LinearAttention trained_layer(std::span<const double> weights, int dimension) {
  const auto d = static_cast<std::size_t>(dimension);
  if (weights.size() == 2 * d * d) return from_ab(weights, d);
  if (weights.size() == model::weight_count(d)) return model::unpack(weights, d);
  std::vector<double> complex(2 * weights.size(), 0.0);
  for (std::size_t k = 0; k < weights.size(); ++k) complex[2 * k] = weights[k];
  return model::unpack(complex, d);
}

}  // namespace flowsweep::theory

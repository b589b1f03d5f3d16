#include "theory/trained_layer.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace flowsweep::theory {
namespace {

using model::LinearAttention;

constexpr double negligible = 1e-9;

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

std::optional<std::vector<double>> real_ab(const LinearAttention& layer) {
  const Eigen::MatrixXcd b = layer.P1(), a = layer.Q21();
  const double largest = std::max(layer.P.cwiseAbs().maxCoeff(), layer.Q.cwiseAbs().maxCoeff());
  const double other = std::max({b.imag().cwiseAbs().maxCoeff(), a.imag().cwiseAbs().maxCoeff(),
                                 layer.P2().cwiseAbs().maxCoeff(), layer.Q11().cwiseAbs().maxCoeff(),
                                 layer.Q12().cwiseAbs().maxCoeff(), layer.Q22().cwiseAbs().maxCoeff()});
  if (!(other <= negligible * largest)) return std::nullopt;
  std::vector<double> weights;
  for (const Eigen::MatrixXcd& block : {b, a})
    for (Eigen::Index i = 0; i < block.rows(); ++i)
      for (Eigen::Index j = 0; j < block.cols(); ++j) weights.push_back(block(i, j).real());
  return weights;
}

}  // namespace flowsweep::theory

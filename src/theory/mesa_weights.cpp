#include "theory/mesa_weights.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>

#include "model/linear_attention.hpp"

namespace flowsweep::theory {
namespace {

using Complex = std::complex<double>;

// Entry access to the three layouts: (B, A) real, all blocks real, all blocks complex
// (model/linear_attention.hpp; the real positions are half the complex ones).
class Blocks {
 public:
  Blocks(std::span<const double> weights, int dimension)
      : weights_(weights),
        d_(static_cast<std::size_t>(dimension)),
        all_(weights.size() != 2 * d_ * d_),
        complex_(weights.size() == model::weight_count(d_)) {}

  Complex b(std::size_t i, std::size_t j) const {
    return all_ ? entry(model::p1_index(d_, i, j)) : weights_[d_ * i + j];
  }
  Complex a(std::size_t i, std::size_t j) const {
    return all_ ? entry(model::q21_index(d_, i, j)) : weights_[d_ * d_ + d_ * i + j];
  }
  double largest_other() const {
    double largest = 0;
    for_others([&](Complex value) { largest = std::max(largest, std::abs(value)); });
    return largest;
  }
  // Column j of A - sigma a I and of B - sigma b I, squares entry by entry: the sum may be as small as 1e-24.
  double squared_distance(std::size_t j, double a_target, double b_target) const {
    double sum = 0;
    for (std::size_t i = 0; i < d_; ++i)
      sum += std::norm(a(i, j) - (i == j ? a_target : 0.0)) + std::norm(b(i, j) - (i == j ? b_target : 0.0));
    return sum;
  }
  double other_squares() const {
    double sum = 0;
    for_others([&](Complex value) { sum += std::norm(value); });
    return sum;
  }
  double balance() const {
    const std::size_t split = !all_ ? d_ * d_ : model::q_index(d_, 0, 0) / (complex_ ? 1 : 2);
    double sum = 0;
    for (std::size_t k = 0; k < weights_.size(); ++k) sum += (k < split ? -1 : 1) * weights_[k] * weights_[k];
    return sum;
  }

 private:
  // By the position in the complex layout.
  Complex entry(std::size_t k) const {
    return complex_ ? Complex{weights_[k], weights_[k + 1]} : Complex{weights_[k / 2], 0};
  }

  // Every entry of P2, Q11, Q12 and Q22, where they are trained.
  template <class Visit>
  void for_others(Visit visit) const {
    for (std::size_t i = 0; all_ && i < d_; ++i)
      for (std::size_t j = 0; j < d_; ++j)
        for (const auto index : {model::p2_index, model::q11_index, model::q12_index, model::q22_index})
          visit(entry(index(d_, i, j)));
  }

  std::span<const double> weights_;
  std::size_t d_;
  bool all_, complex_;
};

}  // namespace

DiagonalStructure diagonal_structure(std::span<const double> weights, int dimension) {
  const Blocks blocks(weights, dimension);
  const auto d = static_cast<std::size_t>(dimension);
  DiagonalStructure result{};
  for (std::size_t j = 0; j < d; ++j) {
    result.product += std::real(blocks.a(j, j) * blocks.b(j, j)) / dimension;
    result.negative += std::real(blocks.b(j, j)) < 0;
  }
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j) {
      (i == j ? result.a_diagonal : result.a_offdiagonal) += std::real(blocks.a(i, j));
      (i == j ? result.b_diagonal : result.b_offdiagonal) += std::real(blocks.b(i, j));
      result.norm_a += std::norm(blocks.a(i, j));
      result.norm_b += std::norm(blocks.b(i, j));
      if (i == j)
        result.product_spread =
            std::max(result.product_spread, std::abs(blocks.a(j, j) * blocks.b(j, j) - result.product));
      else
        result.off_diagonal =
            std::max({result.off_diagonal, std::abs(blocks.a(i, j)), std::abs(blocks.b(i, j))});
    }
  const double pairs = dimension > 1 ? static_cast<double>(dimension) * (dimension - 1) : 1;
  result.a_diagonal /= dimension;
  result.b_diagonal /= dimension;
  result.a_offdiagonal /= pairs;
  result.b_offdiagonal /= pairs;
  result.norm_a = std::sqrt(result.norm_a);
  result.norm_b = std::sqrt(result.norm_b);
  result.other_blocks = blocks.largest_other();
  result.norm_other = std::sqrt(blocks.other_squares());
  result.balance = blocks.balance();
  return result;
}

std::vector<double> two_blocks(std::span<const double> weights, int dimension) {
  const Blocks blocks(weights, dimension);
  const auto d = static_cast<std::size_t>(dimension);
  std::vector<double> ba(2 * d * d);
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j) {
      ba[d * i + j] = std::real(blocks.b(i, j));
      ba[d * d + d * i + j] = std::real(blocks.a(i, j));
    }
  return ba;
}

double limit_distance(std::span<const double> weights, int dimension, const LimitWeights& limit) {
  const Blocks blocks(weights, dimension);
  double sum = blocks.other_squares();
  for (std::size_t j = 0; j < static_cast<std::size_t>(dimension); ++j)
    sum += std::min(blocks.squared_distance(j, limit.a, limit.b),
                    blocks.squared_distance(j, -limit.a, -limit.b));
  return std::sqrt(sum);
}

}  // namespace flowsweep::theory

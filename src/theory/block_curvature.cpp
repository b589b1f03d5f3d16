#include "theory/block_curvature.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "model/linear_attention.hpp"
#include "risk/full_population.hpp"

namespace flowsweep::theory {
namespace {

using Index = std::size_t (*)(std::size_t dimension, std::size_t row, std::size_t column);
constexpr std::array<Index, 4> others = {model::p2_index, model::q11_index, model::q12_index,
                                         model::q22_index};

double smallest_eigenvalue(const Eigen::MatrixXd& matrix) {
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(matrix, Eigen::EigenvaluesOnly).eigenvalues()[0];
}

// Coordinates of one sign.
struct Group {
  std::size_t first, size;
};

// The Hessian between entries of the other blocks, at the limit.
class Curvature {
 public:
  Curvature(const MesaSetting& setting, const LimitWeights& limit, int negative)
      : d_(static_cast<std::size_t>(setting.dimension)),
        risk_(risk::full_population_risk(*setting.law, setting.context)),
        theta_(risk::full_diagonal_start(setting.dimension, limit.a, limit.b)),
        direction_(theta_.size()),
        product_(theta_.size()) {
    const auto positive = d_ - static_cast<std::size_t>(negative);
    for (std::size_t j = positive; j < d_; ++j)
      for (const Index index : {Index{model::p1_index}, Index{model::q21_index}})
        theta_[index(d_, j, j) / 2] *= -1;
    if (positive > 0) groups_.push_back({0, positive});
    if (negative > 0) groups_.push_back({positive, d_ - positive});
  }

  // Over the diagonals: differences within a group, and the matrix of the groups' means.
  double of_diagonals() {
    const auto n = static_cast<Eigen::Index>(groups_.size());
    Eigen::MatrixXd means(4 * n, 4 * n);
    double least = std::numeric_limits<double>::infinity();
    for (Eigen::Index g = 0; g < n; ++g) {
      const Group& group = groups_[g];
      Eigen::Matrix4d differences;
      for (int x = 0; x < 4; ++x) {
        differentiate(x, group.first, group.first);
        for (int y = 0; y < 4; ++y) {
          const double neighbour = group.size > 1 ? at(y, group.first + 1, group.first + 1) : 0;
          differences(x, y) = at(y, group.first, group.first) - neighbour;
          for (Eigen::Index h = 0; h < n; ++h) means(4 * g + x, 4 * h + y) = mean(y, group, groups_[h]);
        }
      }
      if (group.size > 1) least = std::min(least, smallest_eigenvalue(differences));
    }
    return std::min(least, smallest_eigenvalue(means));
  }

  // Over the pairs (i, j), (j, i), one of each kind.
  double of_pairs() {
    double least = std::numeric_limits<double>::infinity();
    for (const Group& group : groups_)
      if (group.size > 1) least = std::min(least, of_pair(group.first, group.first + 1));
    if (groups_.size() > 1) least = std::min(least, of_pair(groups_[0].first, groups_[1].first));
    return least;
  }

 private:
  void differentiate(int block, std::size_t row, std::size_t column) {
    std::ranges::fill(direction_, 0.0);
    direction_[others[block](d_, row, column) / 2] = 1;
    risk_->hessian_product(theta_, direction_, product_);
  }
  double at(int block, std::size_t row, std::size_t column) const {
    return product_[others[block](d_, row, column) / 2];
  }
  // Between the normalised means of a group, whose first entry was differentiated, and of another.
  double mean(int block, const Group& from, const Group& to) const {
    double sum = 0;
    for (std::size_t j = to.first; j < to.first + to.size; ++j) sum += at(block, j, j);
    return sum * std::sqrt(static_cast<double>(from.size) / static_cast<double>(to.size));
  }
  double of_pair(std::size_t i, std::size_t j) {
    Eigen::Matrix<double, 8, 8> pair;
    for (int x = 0; x < 8; ++x) {
      differentiate(x / 2, x % 2 ? j : i, x % 2 ? i : j);
      for (int y = 0; y < 8; ++y) pair(x, y) = at(y / 2, y % 2 ? j : i, y % 2 ? i : j);
    }
    return smallest_eigenvalue(pair);
  }

  std::size_t d_;
  std::unique_ptr<Differentiable> risk_;
  std::vector<double> theta_, direction_, product_;
  std::vector<Group> groups_;
};

}  // namespace

double other_block_curvature(const MesaSetting& setting, const LimitWeights& limit, int negative) {
  Curvature curvature(setting, limit, negative);
  return std::min(curvature.of_diagonals(), curvature.of_pairs());
}

}  // namespace flowsweep::theory

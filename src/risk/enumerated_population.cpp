#include "risk/enumerated_population.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <stdexcept>

#include "risk/full_population.hpp"
#include "risk/index_tuples.hpp"
#include "risk/token_charges.hpp"

namespace flowsweep::risk {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Map = Eigen::Map<const Matrix>;
using MutableMap = Eigen::Map<Matrix>;

}  // namespace

std::size_t enumerated_terms(int dimension) {
  std::size_t total = 0;
  for (const QuadraticCharge& charge : quadratic_charges()) {
    std::size_t tuples = 1;
    for (int used = 0; used < blocks(charge.pattern); ++used)
      tuples *= static_cast<std::size_t>(std::max(0, dimension - used));
    total += tuples;
  }
  return total;
}

std::string too_many_enumerated_terms(int dimension) {
  return "with blocks = all this law, neither exchangeable nor independent without odd moments, has up to " +
         std::to_string(enumerated_terms(dimension)) + " terms in this dimension; the most is " +
         std::to_string(most_enumerated_terms);
}

EnumeratedPopulationRisk::EnumeratedPopulationRisk(const distribution::Law& law, std::int64_t context)
    : dimension_(static_cast<std::size_t>(law.dimension())),
      rounding_(full_gradient_rounding(law, context_sums(context))),
      alignment_(law, context_sums(context)) {
  if (context < 3) throw std::invalid_argument("population risk: the context must be at least 3");
  const ContextSums sums = context_sums(context);
  const auto entry = [d = dimension_](std::size_t row, std::size_t column) {
    return static_cast<std::uint32_t>(row * 2 * d + column);
  };
  for (const QuadraticCharge& charge : quadratic_charges()) {
    const double count = quadratic_value(charge.count, sums);
    const auto& p = charge.pattern;
    const auto& [x, y] = std::pair(charge.term, charge.conjugate);
    for_different_indices(law.dimension(), blocks(p), [&](std::span<const int> index) {
      const double moment = count == 0 ? 0 : pattern_moment(law, p, index);
      if (moment == 0) return;
      const auto half = [&](int which, std::size_t position) {
        return which * dimension_ + static_cast<std::size_t>(index[p[position]]);
      };
      terms_.push_back({entry(half(x.value, 0), half(y.value, 3)), entry(half(x.key, 1), half(x.query, 2)),
                        entry(half(y.key, 4), half(y.query, 5)), count * moment});
    });
  }
}

double EnumeratedPopulationRisk::gradient(std::span<const double> theta, std::span<double> gradient) {
  const auto d = static_cast<Eigen::Index>(dimension_);
  const std::size_t split = 2 * dimension_ * dimension_;
  const Map P(theta.data(), d, 2 * d);
  const Matrix G = P.transpose() * P;
  Matrix N = Matrix::Zero(2 * d, 2 * d);
  const double* Q = theta.data() + split;
  double* query_gradient = gradient.data() + split;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  for (const Term& term : terms_) {
    const double c = term.coefficient, g = G.data()[term.gram];
    N.data()[term.gram] += c * Q[term.left] * Q[term.right];
    query_gradient[term.right] += c * g * Q[term.left];
  }
  MutableMap(gradient.data(), d, 2 * d) = P * N;
  const double quadratic = G.cwiseProduct(N).sum();
  return alignment_.energy() + 0.5 * quadratic - alignment_.subtract_gradient(theta, gradient);
}

double EnumeratedPopulationRisk::gradient_rounding(std::span<const double> theta) const {
  return rounding_ *
         Eigen::Map<const Eigen::VectorXd>(theta.data(), static_cast<Eigen::Index>(theta.size())).norm();
}

void EnumeratedPopulationRisk::hessian_product(std::span<const double> theta,
                                               std::span<const double> direction, std::span<double> product) {
  const auto d = static_cast<Eigen::Index>(dimension_);
  const std::size_t split = 2 * dimension_ * dimension_;
  const Map P(theta.data(), d, 2 * d), dP(direction.data(), d, 2 * d);
  const Matrix G = P.transpose() * P, dG = dP.transpose() * P + P.transpose() * dP;
  Matrix N = Matrix::Zero(2 * d, 2 * d), dN = N;
  const double *Q = theta.data() + split, *dQ = direction.data() + split;
  double* query_product = product.data() + split;
  std::fill(product.begin(), product.end(), 0.0);
  for (const Term& term : terms_) {
    const double c = term.coefficient;
    N.data()[term.gram] += c * Q[term.left] * Q[term.right];
    dN.data()[term.gram] += c * (dQ[term.left] * Q[term.right] + Q[term.left] * dQ[term.right]);
    query_product[term.right] +=
        c * (dG.data()[term.gram] * Q[term.left] + G.data()[term.gram] * dQ[term.left]);
  }
  MutableMap(product.data(), d, 2 * d) = dP * N + P * dN;
  alignment_.subtract_product(direction, product);
}

}  // namespace flowsweep::risk

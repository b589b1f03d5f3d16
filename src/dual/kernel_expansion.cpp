#include "dual/kernel_expansion.hpp"

#include <algorithm>
#include <cmath>

namespace flowsweep::dual {
namespace {

// Queries whose kernel values are held at a time.
constexpr Eigen::Index block_length = 64;

template <typename First, typename Second>
auto beside(const First& first, const Second& second) {
  Eigen::MatrixXd both(first.rows(), first.cols() + second.cols());
  both << first, second;
  return both;
}

}  // namespace

Eigen::VectorXd KernelExpansion::predict(const Eigen::VectorXd& query, double log_scale) const {
  const Eigen::ArrayXd exponents = (keys.transpose() * query + log_factors).array() + log_scale;
  return coefficients * exponents.exp().matrix();
}

Eigen::MatrixXd KernelExpansion::predict_all(const Eigen::MatrixXd& queries, double log_scale) const {
  Eigen::MatrixXd outputs(coefficients.rows(), queries.cols());
  for (Eigen::Index start = 0; start < queries.cols(); start += block_length) {
    const Eigen::Index length = std::min(block_length, queries.cols() - start);
    Eigen::MatrixXd exponents = keys.transpose() * queries.middleCols(start, length);
    exponents.colwise() += log_factors;
    outputs.middleCols(start, length).noalias() =
        coefficients * (exponents.array() + log_scale).exp().matrix();
  }
  return outputs;
}

KernelExpansion scaled(const KernelExpansion& expansion, double factor) {
  const Eigen::Index n = factor == 0 ? 0 : expansion.terms();
  return {factor * expansion.coefficients.leftCols(n), expansion.log_factors.head(n),
          expansion.keys.leftCols(n)};
}

KernelExpansion sum(const KernelExpansion& first, const KernelExpansion& second) {
  Eigen::VectorXd log_factors(first.terms() + second.terms());
  log_factors << first.log_factors, second.log_factors;
  return {beside(first.coefficients, second.coefficients), std::move(log_factors),
          beside(first.keys, second.keys)};
}

double inner_product(const KernelExpansion& first, const KernelExpansion& second) {
  double total = 0;
  for (Eigen::Index j = 0; j < second.terms(); ++j) {
    total += second.coefficients.col(j).dot(first.predict(second.keys.col(j), second.log_factors[j]));
  }
  return total;
}

double norm(const KernelExpansion& expansion) {
  const double squared = inner_product(expansion, expansion);
  return squared < 0 ? 0 : std::sqrt(squared);
}

}  // namespace flowsweep::dual

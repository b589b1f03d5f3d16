#include "theory/test_error.hpp"

#include <Eigen/Dense>
#include <vector>

#include "risk/population.hpp"

namespace flowsweep::theory {
namespace {

// Spread out, so that 1, H1, H2 and the constant are well separated.
constexpr std::array<std::int64_t, 4> contexts = {3, 4, 8, 40};

}  // namespace

TestError::TestError(std::shared_ptr<const distribution::Law> law, std::span<const double> weights) {
  Eigen::Matrix4d sums;
  Eigen::Vector4d risks;
  std::vector<double> gradient(weights.size());
  for (Eigen::Index k = 0; k < 4; ++k) {
    risk::PopulationRisk risk(law, contexts[static_cast<std::size_t>(k)]);
    sums.row(k) << risk.sums().h0, risk.sums().h1, risk.sums().h2, 1;
    risks[k] = risk.gradient(weights, gradient);
  }
  const Eigen::Vector4d parts = sums.partialPivLu().solve(risks);
  parts_ = {parts[0], parts[1], parts[2]};
}

double TestError::at(double t) const {
  return limit() + excess(t);
}

double TestError::excess(double t) const {
  const double x = 1 / (t - 1);
  return 2 * x * (parts_[1] + x * parts_[2]);
}

}  // namespace flowsweep::theory

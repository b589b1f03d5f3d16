#include "model/recall.hpp"

#include <complex>
#include <stdexcept>

namespace flowsweep::model {

Eigen::MatrixXcd sequence_states(std::span<const double> v, std::span<const double> phase, int count) {
  const auto d = static_cast<Eigen::Index>(v.size());
  Eigen::MatrixXcd x(d, count);
  Eigen::VectorXcd rotation(d);
  for (Eigen::Index j = 0; j < d; ++j) {
    x(j, 0) = v[static_cast<std::size_t>(j)];
    rotation[j] = std::polar(1.0, phase[static_cast<std::size_t>(j)]);
  }
  for (Eigen::Index t = 1; t < count; ++t) x.col(t) = rotation.cwiseProduct(x.col(t - 1));
  return x;
}

Recall recall(const Eigen::MatrixXcd& x) {
  const Eigen::Index before = x.cols() - 1;
  if (before < 1) throw std::invalid_argument("recall: there must be at least 2 states");
  const Eigen::VectorXd likeness = (x.leftCols(before).adjoint() * x.col(before)).real();
  Recall found{};
  found.likeness = likeness.maxCoeff(&found.after);
  ++found.after;
  return found;
}

}  // namespace flowsweep::model

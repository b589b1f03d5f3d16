#include "experiment/causal_test.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/rng.hpp"
#include "model/recall.hpp"
#include "model/sequence_step.hpp"
#include "theory/causal_setting.hpp"

namespace flowsweep::experiment {
namespace {

std::span<const double> sequence(const std::vector<double>& numbers, Eigen::Index n, std::size_t d) {
  return std::span(numbers).subspan(static_cast<std::size_t>(n) * d, d);
}

double median_ratio(const Eigen::MatrixXcd& predicted, const Eigen::MatrixXcd& next) {
  std::vector<double> ratios;
  for (Eigen::Index k = 0; k < next.size(); ++k)
    if (next(k) != 0.0) ratios.push_back((predicted(k) / next(k)).real());
  if (ratios.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
  std::ranges::nth_element(ratios, middle);
  return *middle;
}

}  // namespace

CausalTest::CausalTest(const sweep::Point& point, const theory::MesaSetting& setting)
    : score_(theory::causal_score(point)),
      dimension_(static_cast<std::size_t>(setting.dimension)),
      seen_(static_cast<int>(point.integer("test_context") > 0 ? point.integer("test_context")
                                                               : setting.context) -
            1),
      sample_(risk::sample_sequences(*setting.law, static_cast<std::size_t>(point.integer("test_sequences")),
                                     point.id(), Stream::test_sequences)) {
  const Eigen::Index d = setting.dimension, count = point.integer("test_sequences");
  for (Eigen::MatrixXcd* states : {&next_, &one_step_, &recalled_}) states->resize(d, count);
  for (Eigen::Index n = 0; n < count; ++n) {
    const auto v = sequence(sample_.initial, n, dimension_), phase = sequence(sample_.phase, n, dimension_);
    const Eigen::MatrixXcd x = model::sequence_states(v, phase, seen_ + 1);
    next_.col(n) = x.col(seen_);
    one_step_.col(n) = model::SequenceStep(v, phase, seen_).memory();
    recalled_.col(n) = x.col(model::recall(x.leftCols(seen_)).after);
  }
}

Eigen::MatrixXcd CausalTest::predictions(std::span<const double> theta) const {
  const model::LinearAttention weights = model::unpack(theta, dimension_);
  Eigen::MatrixXcd predicted(next_.rows(), next_.cols());
  for (Eigen::Index n = 0; n < predicted.cols(); ++n)
    predicted.col(n) =
        model::predict_next(score_, weights,
                            model::sequence_states(sequence(sample_.initial, n, dimension_),
                                                   sequence(sample_.phase, n, dimension_), seen_));
  return predicted;
}

CausalPredictions CausalTest::evaluate(std::span<const double> theta) {
  const Eigen::MatrixXcd y = predictions(theta);
  const double energy = next_.squaredNorm(), error = (y - next_).squaredNorm();
  const double multiple = one_step_.conjugate().cwiseProduct(y).sum().real() / one_step_.squaredNorm();
  return {error / (2 * static_cast<double>(y.cols())), error / energy, median_ratio(y, next_),
          (y - multiple * one_step_).norm() / y.norm(), (y - recalled_).norm() / std::sqrt(energy)};
}

}  // namespace flowsweep::experiment

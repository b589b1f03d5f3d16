#include "dual/dual_model.hpp"

#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

namespace flowsweep::dual {
namespace {

bool fit(const DualIngredients& given) {
  const Eigen::Index outputs = given.values.rows(), inputs = given.keys.rows(), n = given.keys.cols();
  const KernelExpansion& start = given.start;
  return given.values.cols() == n && given.loss_weights.size() == n && given.query.size() == inputs &&
         given.bias.size() == outputs && start.coefficients.rows() == outputs &&
         start.keys.rows() == inputs && start.coefficients.cols() == start.terms() &&
         start.log_factors.size() == start.terms();
}

void require_permutation(std::span<const int> order, Eigen::Index n) {
  std::vector<char> seen(static_cast<std::size_t>(n), 0);
  bool permutes = order.size() == seen.size();
  for (std::size_t m = 0; permutes && m < order.size(); ++m) {
    permutes = order[m] >= 0 && order[m] < n && !std::exchange(seen[static_cast<std::size_t>(order[m])], 1);
  }
  if (!permutes) throw std::invalid_argument("the order of one-token steps permutes the demonstrations");
}

}  // namespace

DualModel::DualModel(DualIngredients ingredients) : given_(std::move(ingredients)) {
  if (!fit(given_)) throw std::invalid_argument("the ingredients of a dual model do not fit each other");
}

double DualModel::loss(const KernelExpansion& weights) const {
  const Eigen::MatrixXd outputs = weights.predict_all(given_.keys, -given_.log_normaliser);
  const Eigen::VectorXd agreements = given_.values.cwiseProduct(outputs).colwise().sum();
  const double data = -given_.loss_weights.dot(agreements) / given_.rate;
  if (given_.alpha == 0) return data;
  return data + given_.alpha / (2 * given_.rate) * inner_product(weights, weights);
}

// -(1 / (eta D)) u_i v_i phi(k_i)^T for `count` tokens from `first` on
KernelExpansion DualModel::token_gradient(Eigen::Index first, Eigen::Index count) const {
  const Eigen::VectorXd factors = given_.loss_weights.segment(first, count) / -given_.rate;
  return {given_.values.middleCols(first, count) * factors.asDiagonal(),
          Eigen::VectorXd::Constant(count, -given_.log_normaliser), given_.keys.middleCols(first, count)};
}

KernelExpansion DualModel::gradient(const KernelExpansion& weights) const {
  return sum(token_gradient(0, given_.keys.cols()), scaled(weights, given_.alpha / given_.rate));
}

KernelExpansion DualModel::step(const KernelExpansion& weights) const {
  return sum(weights, scaled(gradient(weights), -given_.rate));
}

Eigen::VectorXd DualModel::predict(const KernelExpansion& weights) const {
  return weights.predict(given_.query) + given_.bias;
}

Eigen::MatrixXd DualModel::stepwise_predictions(std::span<const int> order) const {
  require_permutation(order, given_.keys.cols());
  Eigen::MatrixXd predictions(given_.values.rows(), order.size() + 1);
  predictions.col(0) = predict(sum(given_.start, scaled(given_.start, -given_.alpha)));
  // Predictions are linear in W, so each step moves them by the prediction of its own term.
  for (std::size_t n = 0; n < order.size(); ++n) {
    const KernelExpansion change = scaled(token_gradient(order[n], 1), -given_.rate);
    predictions.col(n + 1) = predictions.col(n) + change.predict(given_.query);
  }
  return predictions;
}

Eigen::VectorXd prediction_after_one_step(const DualModel& model) {
  return model.predict(model.step(model.ingredients().start));
}

RemainingDistances remaining_distances(const Eigen::VectorXd& attention, const Eigen::MatrixXd& values,
                                       std::span<const int> order) {
  require_permutation(order, values.cols());
  const auto n = static_cast<Eigen::Index>(order.size());
  RemainingDistances result{Eigen::VectorXd::Zero(n + 1), Eigen::VectorXd::Zero(n + 1)};
  Eigen::VectorXd rest = Eigen::VectorXd::Zero(values.rows());
  for (Eigen::Index m = n - 1; m >= 0; --m) {
    const int i = order[static_cast<std::size_t>(m)];
    rest += attention[i] * values.col(i);
    result.distances[m] = rest.norm();
    result.envelope[m] = result.envelope[m + 1] + attention[i] * values.col(i).norm();
  }
  return result;
}

}  // namespace flowsweep::dual

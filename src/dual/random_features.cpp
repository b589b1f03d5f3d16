#include "dual/random_features.hpp"

#include <cmath>
#include <stdexcept>

namespace flowsweep::dual {

RandomFeatures::RandomFeatures(int dimension, int count, CounterRng& rng) {
  if (dimension < 1 || count < 1)
    throw std::invalid_argument("random features need a dimension and a number");
  directions_.resize(count, dimension);
  for (double& entry : directions_.reshaped()) entry = rng.normal();
}

Eigen::MatrixXd RandomFeatures::map(const Eigen::MatrixXd& points) const {
  const Eigen::RowVectorXd halves = points.colwise().squaredNorm() / 2;
  const double log_scale = std::log(static_cast<double>(count())) / 2;
  Eigen::MatrixXd features(directions_.rows(), points.cols());
  features.noalias() = directions_ * points;
  for (Eigen::Index j = 0; j < points.cols(); ++j) {
    features.col(j) = (features.col(j).array() - (halves[j] + log_scale)).exp();
  }
  return features;
}

FiniteDual::FiniteDual(const DualIngredients& ingredients, const RandomFeatures& features)
    : given_(ingredients),
      keys_(features.map(ingredients.keys)),
      start_keys_(features.map(ingredients.start.keys)),
      query_(features.map(ingredients.query)),
      estimate_(1) {
  estimate_ = attention(Normaliser::exact).sum();
}

double FiniteDual::factor(Normaliser normaliser) const {
  return normaliser == Normaliser::exact ? 1 : 1 / estimate_;
}

Eigen::VectorXd FiniteDual::attention(Normaliser normaliser) const {
  Eigen::VectorXd weights(keys_.cols() + start_keys_.cols());
  weights << keys_.transpose() * query_, start_keys_.transpose() * query_;
  return factor(normaliser) * std::exp(-given_.log_normaliser) * weights;
}

Eigen::MatrixXd FiniteDual::start(Normaliser normaliser) const {
  const Eigen::VectorXd factors = factor(normaliser) * given_.start.log_factors.array().exp();
  const Eigen::MatrixXd coefficients = given_.start.coefficients * factors.asDiagonal();
  return coefficients * start_keys_.transpose();
}

Eigen::MatrixXd FiniteDual::gradient(const Eigen::MatrixXd& weights, Normaliser normaliser) const {
  const double scale = factor(normaliser) * std::exp(-given_.log_normaliser) / given_.rate;
  const Eigen::MatrixXd coefficients = given_.values * (-scale * given_.loss_weights).asDiagonal();
  Eigen::MatrixXd result = coefficients * keys_.transpose();
  if (given_.alpha != 0) result += given_.alpha / given_.rate * weights;
  return result;
}

Eigen::MatrixXd FiniteDual::step(Eigen::MatrixXd weights, Normaliser normaliser) const {
  weights -= given_.rate * gradient(weights, normaliser);
  return weights;
}

Eigen::VectorXd FiniteDual::predict(const Eigen::MatrixXd& weights) const {
  return weights * query_;
}

}  // namespace flowsweep::dual

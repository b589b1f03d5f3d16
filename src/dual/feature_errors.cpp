#include "dual/feature_errors.hpp"

#include <stdexcept>

#include "dual/random_features.hpp"

namespace flowsweep::dual {
namespace {

// All tokens of the output h' = sum_i a_i v_i, demonstrations first.
struct OutputTerms {
  Eigen::VectorXd attention;  // a_i
  Eigen::MatrixXd values;     // v_i, with loss weights, factors of W_0 and 1 - alpha
  Eigen::MatrixXd sums;       // q + k_i
};

OutputTerms output_terms(const DualIngredients& given) {
  const KernelExpansion& start = given.start;
  const Eigen::VectorXd start_factors =
      (1 - given.alpha) * (start.log_factors.array() + given.log_normaliser).exp();
  OutputTerms terms;
  terms.sums.resize(given.keys.rows(), given.keys.cols() + start.terms());
  terms.sums << given.keys, start.keys;
  terms.attention = ((terms.sums.transpose() * given.query).array() - given.log_normaliser).exp();
  terms.sums.colwise() += given.query;
  terms.values.resize(given.values.rows(), terms.sums.cols());
  terms.values << given.values * given.loss_weights.asDiagonal(),
      start.coefficients * start_factors.asDiagonal();
  return terms;
}

// sum_ij a_i a_j x_i . x_j w_ij
double double_sum(const Eigen::VectorXd& attention, const Eigen::MatrixXd& x,
                  const Eigen::MatrixXd& weights) {
  const Eigen::MatrixXd weighted = x * attention.asDiagonal();
  return (weighted.transpose() * weighted).cwiseProduct(weights).sum();
}

double squared_error(const FiniteDual& model, Normaliser normaliser, const Eigen::VectorXd& output) {
  const Eigen::MatrixXd trained = model.step(model.start(normaliser), normaliser);
  return (model.predict(trained) - output).squaredNorm();
}

}  // namespace

FeatureConstants feature_constants(const DualIngredients& ingredients) {
  const OutputTerms terms = output_terms(ingredients);
  const Eigen::VectorXd& a = terms.attention;
  const Eigen::VectorXd output = terms.values * a;
  const Eigen::MatrixXd exponents = terms.sums.transpose() * terms.sums;
  const Eigen::MatrixXd moments = exponents.array().exp();
  FeatureConstants constants;
  constants.exact = double_sum(a, terms.values, exponents.array().expm1());
  constants.estimated = double_sum(a, terms.values.colwise() - output, moments);
  constants.attention = double_sum(a, Eigen::MatrixXd::Identity(a.size(), a.size()).colwise() - a, moments);
  constants.squared_output = output.squaredNorm();
  constants.largest_squared_sum = exponents.diagonal().maxCoeff();
  return constants;
}

FeatureErrors feature_errors(const DualIngredients& ingredients, int features, int draws, CounterRng& rng) {
  if (draws < 2 || features < 1)
    throw std::invalid_argument("a mean squared error needs two draws of features");
  const OutputTerms terms = output_terms(ingredients);
  const Eigen::VectorXd output = terms.values * terms.attention;
  RunningMean exact, estimated, attention;
  for (int draw = 0; draw < draws; ++draw) {
    const RandomFeatures sample(static_cast<int>(ingredients.keys.rows()), features, rng);
    const FiniteDual model(ingredients, sample);
    exact.add(squared_error(model, Normaliser::exact, output));
    estimated.add(squared_error(model, Normaliser::estimated, output));
    attention.add((model.attention(Normaliser::estimated) - terms.attention).squaredNorm());
  }
  return {exact.result(), estimated.result(), attention.result()};
}

}  // namespace flowsweep::dual

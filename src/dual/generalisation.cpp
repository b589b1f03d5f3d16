#include "dual/generalisation.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace flowsweep::dual {
namespace {

// Sign vectors that are multiplied with the Gram matrix at a time.
constexpr int sign_block = 32;

Eigen::MatrixXd gram_matrix(const TokenPopulation& population, std::span<const int> sample) {
  const std::vector<int> indices(sample.begin(), sample.end());
  const Eigen::MatrixXd keys = population.keys(Eigen::all, indices),
                        values = population.values(Eigen::all, indices);
  Eigen::MatrixXd gram = keys.transpose() * keys;
  gram = gram.array().exp();
  return gram.cwiseProduct(values.transpose() * values);
}

// sqrt(sigma^T G sigma) for every column sigma of `signs`
Eigen::VectorXd signed_norms(const Eigen::MatrixXd& gram, const Eigen::MatrixXd& signs) {
  const Eigen::MatrixXd products = gram * signs;
  const Eigen::VectorXd squares = signs.cwiseProduct(products).colwise().sum();
  // Rounding may leave a vanishing sum below 0.
  return squares.unaryExpr([](double square) { return square < 0 ? 0 : std::sqrt(square); });
}

bool within(const Eigen::MatrixXd& columns, double bound) {
  return (columns.colwise().norm().array() <= bound * (1 + 1e-12)).all();
}

}  // namespace

double DualClass::loss_bound() const {
  return radius * value * std::exp(key * key / 2);
}

bool DualClass::covers(const TokenPopulation& population) const {
  return within(population.values, value) && within(population.keys, key);
}

KernelExpansion gap_maximiser(const TokenPopulation& population, std::span<const int> sample, double radius) {
  Eigen::VectorXd shares = Eigen::VectorXd::Constant(population.size(), -1.0 / population.size());
  for (const int token : sample) shares[token] += 1.0 / static_cast<double>(sample.size());
  KernelExpansion difference{population.values * shares.asDiagonal(),
                             Eigen::VectorXd::Zero(population.size()), population.keys};
  const double gap = norm(difference);
  if (gap == 0)
    throw std::invalid_argument("the sample's mean is the population's: every W maximises the gap");
  difference.coefficients *= radius / gap;
  return difference;
}

double excess_risk(const PopulationMoments& moments, std::size_t sample, double radius) {
  const SampleMoments& at = moments.samples[sample];
  return radius * (std::sqrt(moments.squared_norm) - at.cross / std::sqrt(at.squared_norm));
}

RademacherComplexity rademacher_complexity(const TokenPopulation& population, std::span<const int> sample,
                                           const DualClass& bounds, int draws, CounterRng& rng) {
  if (draws < 2) throw std::invalid_argument("a Rademacher complexity needs two draws of signs");
  const Eigen::MatrixXd gram = gram_matrix(population, sample);
  const double scale = bounds.radius / static_cast<double>(sample.size());
  RunningMean norms;
  for (int done = 0; done < draws; done += sign_block) {
    Eigen::MatrixXd signs(gram.rows(), std::min(sign_block, draws - done));
    for (double& sign : signs.reshaped()) sign = rng.sign();
    for (const double length : signed_norms(gram, signs)) norms.add(scale * length);
  }
  return {norms.result(), scale * bounds.value * std::sqrt(kernel_trace(population, sample))};
}

double kernel_trace(const TokenPopulation& population, std::span<const int> sample) {
  double trace = 0;
  for (const int token : sample) trace += std::exp(population.keys.col(token).squaredNorm());
  return trace;
}

double complexity_bound(const DualClass& bounds, double trace, int count, double delta) {
  return 2 * bounds.radius * bounds.value * std::sqrt(trace) / count +
         6 * bounds.loss_bound() * std::sqrt(std::log(2 / delta) / (2.0 * count));
}

double direct_bound(const DualClass& bounds, const PopulationMoments& moments, int count, double delta) {
  return bounds.radius * std::sqrt(moments.expected_squared_gap(count)) +
         bounds.loss_bound() * std::sqrt(2 * std::log(1 / delta) / count);
}

}  // namespace flowsweep::dual

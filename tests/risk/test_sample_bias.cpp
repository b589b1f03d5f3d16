#include <Eigen/Eigenvalues>
#include <cmath>

#include "core/rng.hpp"
#include "model/linear_attention.hpp"
#include "risk/diagonal_minimiser.hpp"
#include "risk/precomputed.hpp"
#include "risk/sample_bias.hpp"
#include "support/catch.hpp"

using namespace flowsweep;

namespace {

struct Sample {
  int dimension, context;
  std::vector<double> initial, phase;
  risk::Sequences sequences() const { return {dimension, context, initial, phase}; }
};

// v uniform on [-1, 1]: moments of every order are tame.
Sample uniform_sample(CounterRng& rng, int d, int T, std::size_t N) {
  Sample sample{d, T, {}, {}};
  for (std::size_t k = 0; k < N * static_cast<std::size_t>(d); ++k) {
    sample.initial.push_back(2 * rng.uniform() - 1);
    sample.phase.push_back(2 * M_PI * rng.uniform());
  }
  return sample;
}

Eigen::MatrixXd hessian(risk::PrecomputedRisk& risk, std::span<const double> theta) {
  const auto n = static_cast<Eigen::Index>(theta.size());
  Eigen::MatrixXd H(n, n);
  std::vector<double> direction(theta.size(), 0.0), product(theta.size());
  for (Eigen::Index k = 0; k < n; ++k) {
    direction[static_cast<std::size_t>(k)] = 1;
    risk.hessian_product(theta, direction, product);
    direction[static_cast<std::size_t>(k)] = 0;
    H.col(k) = Eigen::VectorXd::Map(product.data(), n);
  }
  return H;
}

// ab at the minimum over all blocks, by Newton's method on |H| from the minimiser on the diagonal set.
double minimal_product(const Sample& sample, double diagonal) {
  const auto d = static_cast<std::size_t>(sample.dimension);
  risk::PrecomputedRisk risk{risk::SufficientStatistics(sample.sequences())};
  std::vector<double> theta(risk.size()), gradient(risk.size());
  model::pack(model::diagonal_start(d, std::sqrt(diagonal), std::sqrt(diagonal)), theta);
  for (int k = 0; k < 40; ++k) {
    risk.gradient(theta, gradient);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(hessian(risk, theta));
    const double floor = 1e-3 * solver.eigenvalues().maxCoeff();
    const Eigen::VectorXd g = Eigen::VectorXd::Map(gradient.data(), solver.eigenvalues().size());
    const Eigen::VectorXd scaled = (solver.eigenvectors().transpose() * g).array() /
                                   solver.eigenvalues().cwiseAbs().cwiseMax(floor).array();
    const Eigen::VectorXd step = solver.eigenvectors() * scaled;
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] -= step[static_cast<Eigen::Index>(i)];
    if (g.norm() < 1e-9) break;
  }
  return model::mean_diagonal_product(model::unpack(theta, d));
}

}  // namespace

TEST_CASE("the bias of training all blocks is what minimisers of many samples show") {
  const int d = 1, T = 6, samples = 300;
  const std::size_t N = 1000;
  const std::uint64_t seed = 7;
  CAPTURE(seed);
  CounterRng rng(seed, Stream::training_sequences);
  double sum = 0, squares = 0, predicted = 0;
  for (int k = 0; k < samples; ++k) {
    const Sample sample = uniform_sample(rng, d, T, N);
    const double diagonal = risk::diagonal_minimiser(sample.sequences()).product;
    const double shift = N * (minimal_product(sample, diagonal) - diagonal);
    sum += shift;
    squares += shift * shift;
    if (k < 20) predicted += risk::sample_bias(sample.sequences(), diagonal, false) / 20;
  }
  const double mean = sum / samples, error = std::sqrt(squares / samples - mean * mean) / std::sqrt(samples);
  CAPTURE(mean, error, predicted);
  // Four standard errors (99.99 %), and 0.3 of the bias: it is an allowance of a tolerance, not a figure.
  CHECK(std::abs(mean - predicted) < 4 * error + 0.3 * std::abs(predicted));
  CHECK(mean > 6 * error);  // there is a bias to predict
}

TEST_CASE("sequences that one predictor fits exactly have no bias") {
  // v = +-e_j: the risk is 0 at ab = 1, in every sample.
  Sample sample{2, 5, {}, {}};
  CounterRng rng(3, Stream::training_sequences);
  for (int n = 0; n < 50; ++n) {
    const bool first = rng.uniform() < 0.5;
    sample.initial.insert(sample.initial.end(), {first ? 1.0 : 0.0, first ? 0.0 : -1.0});
    for (int j = 0; j < 2; ++j) sample.phase.push_back(2 * M_PI * rng.uniform());
  }
  CHECK(std::abs(risk::sample_bias(sample.sequences(), 1, false)) < 1e-12);
}

#include "theory/test_error.hpp"

#include <complex>
#include <numbers>
#include <vector>

#include "finite_laws.hpp"
#include "risk/population.hpp"
#include "settings.hpp"
#include "support/catch.hpp"
#include "theory/gaussian_ratio.hpp"
#include "theory/recovery.hpp"
#include "theory/trained_layer.hpp"

using namespace flowsweep;
using namespace flowsweep::theory;

namespace {

// Four risks of order one at contexts up to 40, solved for their parts.
constexpr double solved = 1e-12;

std::vector<double> random_weights(int d, std::uint64_t seed) {
  CounterRng rng(seed, 0);
  std::vector<double> weights(static_cast<std::size_t>(2 * d * d));
  for (double& weight : weights) weight = 0.6 * rng.normal();
  return weights;
}

// Every d-tuple of phases that are multiples of 2 pi / roots; averages over them are exact for charges below
// `roots`.
template <typename Visit>
void for_each_phase(std::size_t d, int roots, const Visit& visit) {
  std::vector<double> phase(d, 0.0);
  std::vector<int> digits(d, 0);
  for (std::size_t j = 0; j < d;) {
    visit(phase);
    for (j = 0; j < d && ++digits[j] == roots; ++j) digits[j] = 0;
    for (std::size_t k = 0; k < d; ++k) phase[k] = 2 * std::numbers::pi * digits[k] / roots;
  }
}

// E ||yhat_t - x_{t+1}||^2 of v = mu + signs, by averaging over every sign and phase.
double brute_force(const std::vector<double>& weights, int d, double mu, int t) {
  const model::LinearAttention layer = trained_layer(weights, d);
  const int roots = 3 * t + 2;
  double sum = 0, count = 0;
  for (unsigned signs = 0; signs < 1u << d; ++signs) {
    std::vector<double> v;
    for (int j = 0; j < d; ++j) v.push_back(mu + ((signs >> j & 1u) != 0 ? 1 : -1));
    for_each_phase(static_cast<std::size_t>(d), roots, [&](const std::vector<double>& phase) {
      const model::SequenceStep step(v, phase, t);
      sum += (step.predict(layer) - step.next()).squaredNorm();
      ++count;
    });
  }
  return sum / count;
}

}  // namespace

TEST_CASE("the error of a test step equals the average over all phases", "[test-error]") {
  for (const double mu : {0.0, 0.4}) {
    const std::uint64_t seed = 17;
    CAPTURE(seed, mu);
    const auto weights = random_weights(2, seed);
    const TestError error(test::shifted_signs(2, mu), weights);
    for (const int t : {3, 4, 7, 12}) {
      CAPTURE(t);
      CHECK(error.at(t) == Approx(brute_force(weights, 2, mu, t)).epsilon(solved));
    }
  }
}

TEST_CASE("errors of test steps add up to the risk of any context", "[test-error]") {
  for (const char* family : {"gaussian", "skewed", "full-one"}) {
    const int d = 3;
    const std::uint64_t seed = 18;
    CAPTURE(family, seed);
    const auto weights = random_weights(d, seed);
    const auto law = test::setting_of(family, d, 10).law;
    const TestError error(law, weights);
    std::vector<double> gradient(weights.size());
    const double first = risk::PopulationRisk(law, 3).gradient(weights, gradient);
    double sum = first;
    for (int t = 3; t < 60; ++t) sum += error.at(t) / 2;
    CHECK(sum == Approx(risk::PopulationRisk(law, 60).gradient(weights, gradient)).epsilon(solved));
  }
}

TEST_CASE("on the diagonal set it is the closed form, and falls like 1/(t-1)", "[test-error]") {
  for (const char* family : {"gaussian", "sparse", "rademacher", "uniform"}) {
    const double a = 0.7, b = 0.4;
    const auto law = test::setting_of(family, 4, 10, 1.3).law;
    const TestError error(law, risk::diagonal_start(4, a, b));
    const double energy = initial_energy(*law);
    CAPTURE(family);
    CHECK(error.limit() / energy == Approx(unexplained_energy(*law, a * b)).epsilon(solved));
    for (const double t : {3., 10., 1e3, 1e9})
      CHECK(error.at(t) / energy == Approx(unexplained_energy(*law, a * b, t)).epsilon(solved));
  }
}

TEST_CASE("fresh sequences agree with the exact error at other lengths than the training's", "[test-error]") {
  // v in {-1, 1}^d: the error of one sequence is bounded, so that the normal interval is reliable.
  constexpr std::size_t sequences = 20000;
  constexpr double deviations = 5;  // two-sided 6e-7
  const int d = 3;
  const std::uint64_t seed = 19;
  CAPTURE(seed);
  const auto law = test::setting_of("rademacher", d, 10).law;
  const auto weights = random_weights(d, seed);
  const model::LinearAttention layer = trained_layer(weights, d);
  const TestError exact(law, weights);
  FreshSequences fresh(*law, seed);
  for (const std::int64_t t : {4, 30, 1000}) {
    double sum = 0, squares = 0;
    fresh.visit(sequences, t, [&](std::span<const double>, const model::SequenceStep& step) {
      const double error = (step.predict(layer) - step.next()).squaredNorm();
      sum += error;
      squares += error * error;
    });
    const double mean = sum / sequences;
    const double standard_error = std::sqrt((squares / sequences - mean * mean) / sequences);
    CAPTURE(t, mean, standard_error);
    CHECK(std::abs(mean - exact.at(static_cast<double>(t))) <= deviations * standard_error);
    CHECK(standard_error < 0.05 * mean);
  }
}

TEST_CASE("the mean ratio over W given v equals the average over all phases", "[gaussian-ratio]") {
  const std::uint64_t seed = 20;
  CAPTURE(seed);
  CounterRng rng(seed, 1);
  std::vector<double> weights(model::weight_count(2)), v = {0.7, -1.2};
  for (double& weight : weights) weight = 0.5 * rng.normal();
  const model::LinearAttention layer = trained_layer(weights, 2);  // every block non-zero, complex
  for (const int t : {2, 3, 6}) {
    std::vector<std::complex<double>> sums(2);
    double count = 0;
    for_each_phase(2, 3 * t + 2, [&](const std::vector<double>& phase) {
      const model::SequenceStep step(v, phase, t);
      const Eigen::VectorXcd prediction = step.predict(layer);
      for (Eigen::Index j = 0; j < 2; ++j)
        sums[static_cast<std::size_t>(j)] += prediction[j] / step.next()[j];
      ++count;
    });
    for (std::size_t j = 0; j < 2; ++j) {
      CAPTURE(t, j);
      CHECK(expected_ratio(layer, v, j, t) == Approx(sums[j].real() / count).epsilon(1e-12));
    }
  }
}

TEST_CASE("weights are read in every layout", "[trained-layer]") {
  const int d = 3;
  const auto weights = random_weights(d, 21);
  const model::LinearAttention small = trained_layer(weights, d);
  std::vector<double> all(model::weight_count(d)), real(all.size() / 2);
  model::pack(small, all);
  for (std::size_t k = 0; k < real.size(); ++k) real[k] = all[2 * k];
  for (const auto& layout : {all, real}) {
    CHECK(trained_layer(layout, d).P == small.P);
    CHECK(trained_layer(layout, d).Q == small.Q);
  }
  CHECK(small.P1()(0, 1) == weights[1]);
  CHECK(small.Q21()(1, 0) == weights[9 + 3]);
  CHECK(small.P2().isZero());
}

TEST_CASE("fresh sequences skip those with nothing to predict", "[fresh]") {
  // Every draw is 0: a bounded number of draws, and the count says so.
  const auto zero =
      std::make_shared<test::EnumeratedLaw>(std::vector<test::EnumeratedLaw::Atom>{{{0., 0.}, 1.}}, true);
  FreshSequences fresh(*zero, 1);
  CHECK(fresh.visit(3, 5, [](std::span<const double>, const model::SequenceStep&) { FAIL(); }) == 0);
}

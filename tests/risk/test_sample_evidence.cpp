#include <cmath>
#include <limits>

#include "core/rng.hpp"
#include "model/linear_attention.hpp"
#include "risk/corrected_t.hpp"
#include "risk/diagonal_minimiser.hpp"
#include "risk/gradient_evidence.hpp"
#include "support/catch.hpp"

using namespace flowsweep;

namespace {

struct Sample {
  int dimension, context;
  std::vector<double> initial, phase;
  risk::Sequences sequences() const { return {dimension, context, initial, phase}; }
};

// v uniform on [-1, 1]^d, plus `common` times one more such number in every coordinate.
Sample uniform_sample(CounterRng& rng, int d, int T, std::size_t N, double common = 0) {
  Sample sample{d, T, {}, {}};
  for (std::size_t n = 0; n < N; ++n) {
    const double shared = common * (2 * rng.uniform() - 1);
    for (int j = 0; j < d; ++j) {
      sample.initial.push_back(2 * rng.uniform() - 1 + shared);
      sample.phase.push_back(2 * M_PI * rng.uniform());
    }
  }
  return sample;
}

// c of the uniform law at d = 2, T = 6.
double uniform_limit() {
  const double h0 = 4, h1 = 1 + 1.0 / 2 + 1.0 / 3 + 1.0 / 4;
  return h0 / 5 / (h0 / 7 + h1 / 15);
}

double evidence(const Sample& sample, double product, bool mask = false) {
  const auto d = static_cast<std::size_t>(sample.dimension);
  std::vector<double> theta(model::weight_count(d));
  model::pack(model::diagonal_start(d, std::sqrt(product), std::sqrt(product)), theta);
  return risk::gradient_evidence(sample.sequences(), theta, mask);
}

}  // namespace

TEST_CASE("the corrected t is that of Student for symmetric values, and undoes skewness") {
  // Symmetric about 2, sd^2 = 4/3: t = 2 / (sd / sqrt(4)).
  CHECK(risk::corrected_t(std::vector<double>{1, 1, 3, 3}) == Approx(4 / std::sqrt(4.0 / 3)));
  CHECK(risk::corrected_t(std::vector<double>(5, 0)) == 0);
  CHECK(risk::corrected_t(std::vector<double>(5, -2)) == -std::numeric_limits<double>::infinity());

  // Exponential numbers minus 1, 40 a sample: Student's t is beyond 2.5758 on the low side in 3.5 % of the
  // samples (0.5 % nominal). Of 20,000 samples the corrected one must be below 2 %: ten standard errors.
  const std::uint64_t seed = 11;
  CAPTURE(seed);
  CounterRng rng(seed, Stream::training_sequences);
  int plain = 0, corrected = 0;
  std::vector<double> values(40);
  for (int k = 0; k < 20000; ++k) {
    double sum = 0, squares = 0;
    for (double& value : values) {
      value = -std::log1p(-rng.uniform()) - 1;
      sum += value;
      squares += value * value;
    }
    const double variance = (squares - sum * sum / 40) / 39;
    plain += sum / std::sqrt(40 * variance) < -2.5758;
    corrected += risk::corrected_t(values) < -2.5758;
  }
  CAPTURE(plain, corrected);
  CHECK(plain > 500);
  CHECK(corrected < 400);
}

TEST_CASE("the step size's evidence refutes a wrong one and not the true one") {
  const std::uint64_t seed = 5;
  CAPTURE(seed);
  CounterRng rng(seed, Stream::training_sequences);
  for (int k = 0; k < 20; ++k) {
    const auto statistics = risk::diagonal_statistics(uniform_sample(rng, 2, 6, 2000).sequences());
    const double minimiser = risk::diagonal_minimiser(statistics).product;
    CAPTURE(k, minimiser);
    CHECK(std::abs(risk::step_size_evidence(statistics, uniform_limit())) < 4.5);  // 1e-4 of 20 samples
    CHECK(std::abs(risk::step_size_evidence(statistics, minimiser)) < 0.5);        // the correction's size
    CHECK(risk::step_size_evidence(statistics, 1.4 * uniform_limit()) < -6);
    CHECK(risk::step_size_evidence(statistics, 0.6 * uniform_limit()) > 6);
  }
}

TEST_CASE("the gradient's evidence sees a push off the diagonal set, unless a mask holds it") {
  const std::uint64_t seed = 6;
  CAPTURE(seed);
  CounterRng rng(seed, Stream::training_sequences);
  for (int k = 0; k < 10; ++k) {
    const Sample independent = uniform_sample(rng, 2, 6, 2000);
    // 48 components, 10 samples, 63 degrees of freedom: beyond 6 with probability 5e-5 in all.
    CHECK(evidence(independent, uniform_limit()) < 6);
    CHECK(evidence(independent, 1.3 * uniform_limit()) > 6);

    const Sample common = uniform_sample(rng, 2, 6, 2000, 1);
    const double minimiser = risk::diagonal_minimiser(common.sequences()).product;
    CAPTURE(k, minimiser);
    CHECK(evidence(common, minimiser) > 6);
    CHECK(evidence(common, minimiser, true) < 6);
  }
}

TEST_CASE("sequences that one predictor fits exactly are no evidence against it") {
  // v = +-e_j: every sequence's gradient is 0 at ab = 1 but for rounding.
  Sample sample{2, 5, {}, {}};
  CounterRng rng(3, Stream::training_sequences);
  for (int n = 0; n < 200; ++n) {
    const bool first = rng.uniform() < 0.5;
    sample.initial.insert(sample.initial.end(), {first ? 1.0 : 0.0, first ? 0.0 : -1.0});
    for (int j = 0; j < 2; ++j) sample.phase.push_back(2 * M_PI * rng.uniform());
  }
  CHECK(evidence(sample, 1) == 0);
  CHECK(risk::step_size_evidence(risk::diagonal_statistics(sample.sequences()), 1) == 0);
  CHECK(evidence(sample, 1.001) > 6);
}

#include "model/sequence_step.hpp"

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "support/catch.hpp"

using namespace flowsweep;

namespace {

/// The same sums of up to 40 terms in another order.
constexpr double same_sums = 1e-12;

struct Sample {
  std::vector<double> v, phase;
  model::LinearAttention layer;
};

Sample random_sample(Eigen::Index d, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> angle(0, 2 * std::numbers::pi);
  const auto entry = [&] { return std::complex<double>(normal(generator), normal(generator)); };
  Sample sample;
  for (Eigen::Index j = 0; j < d; ++j) {
    sample.v.push_back(normal(generator));
    sample.phase.push_back(angle(generator));
  }
  sample.layer = {Eigen::MatrixXcd::NullaryExpr(d, 2 * d, entry),
                  Eigen::MatrixXcd::NullaryExpr(2 * d, 2 * d, entry)};
  return sample;
}

Eigen::MatrixXcd walk(const Sample& sample, Eigen::Index length) {
  const auto d = static_cast<Eigen::Index>(sample.v.size());
  Eigen::MatrixXcd x(d, length);
  for (Eigen::Index j = 0; j < d; ++j)
    for (Eigen::Index s = 0; s < length; ++s)
      x(j, s) = sample.v[static_cast<std::size_t>(j)] *
                std::polar(1.0, sample.phase[static_cast<std::size_t>(j)] * static_cast<double>(s));
  return x;
}

void compare(const Sample& sample, Eigen::Index t) {
  const Eigen::MatrixXcd x = walk(sample, t + 1);
  const model::SequenceStep step(sample.v, sample.phase, t);
  CHECK((step.state() - x.col(t - 1)).norm() <= same_sums);
  CHECK((step.next() - x.col(t)).norm() <= same_sums);
  const Eigen::VectorXcd expected = model::predict(sample.layer, x).col(t - 2);
  CHECK((step.predict(sample.layer) - expected).norm() <= same_sums * expected.norm());
  const Eigen::MatrixXcd sums = x.middleCols(1, t - 1) * x.leftCols(t - 1).adjoint();
  const Eigen::VectorXcd memory = sums * x.col(t - 1) / static_cast<double>(t - 1);
  CHECK((step.memory() - memory).norm() <= same_sums * memory.norm());
  CHECK(step.memory_bound() ==
        Approx(sums.norm() * x.col(t - 1).norm() / static_cast<double>(t - 1)).epsilon(same_sums));
}

}  // namespace

TEST_CASE("a step without a walk equals the walk, all blocks of the layer random", "[step]") {
  for (const Eigen::Index d : {1, 2, 5})
    for (const Eigen::Index t : {2, 3, 4, 9, 40}) {
      const auto seed = static_cast<unsigned>(100 * d + t);
      CAPTURE(seed, d, t);
      compare(random_sample(d, seed), t);
    }
}

TEST_CASE("equal and nearly equal phases add up coherently", "[step]") {
  for (const double apart : {0.0, 1e-300, 1e-12}) {
    Sample sample = random_sample(2, 7);
    sample.phase[1] = sample.phase[0] + apart;
    CAPTURE(apart);
    compare(sample, 40);
  }
}

TEST_CASE("far along a sequence other coordinates no longer interfere", "[step]") {
  const unsigned seed = 3;
  CAPTURE(seed);
  const Sample sample = random_sample(3, seed);
  const model::SequenceStep step(sample.v, sample.phase, 1000000000000000);
  // What is left of the sum over s is 1 / (t sin(half the difference of phases)).
  for (Eigen::Index j = 0; j < 3; ++j) {
    const double square = std::pow(sample.v[static_cast<std::size_t>(j)], 2);
    CHECK(std::abs(step.memory()[j] - square * step.next()[j]) <= 1e-10);
  }
}

#include <complex>
#include <cstring>
#include <random>

#include "core/error.hpp"
#include "random_sample.hpp"
#include "risk/held_entries.hpp"
#include "risk/precomputed.hpp"
#include "support/catch.hpp"
#include "support/gradient_check.hpp"
#include "support/wrong_gradient.hpp"

using namespace flowsweep;
using risk::EmpiricalRisk;
using risk::Precision;
using risk::PrecomputedRisk;
using risk::Steps;
using risk::SufficientStatistics;
using test::instruction_sets;
using test::random_sample;
using test::Sample;
using test::UseInstructionSet;

namespace {

struct Tolerance {
  double same_risk = 2e-13;  // relative to the largest entry: two orders of summation over tens of sequences
  double single = 1e-5;      // against a float kernel, unit round-off 6e-8 over some dozens of steps
  double term = 1e-13;       // a sum of the statistics against its definition
};
constexpr Tolerance tolerance;

struct Evaluation {
  double risk;
  std::vector<double> gradient;
};

Evaluation evaluate(Differentiable& risk, std::span<const double> theta) {
  Evaluation result{0, std::vector<double>(theta.size())};
  result.risk = risk.gradient(theta, result.gradient);
  return result;
}

double distance(const Evaluation& a, const Evaluation& b) {
  double scale = 0, error = 0;
  for (std::size_t k = 0; k < a.gradient.size(); ++k) {
    scale = std::max(scale, std::abs(b.gradient[k]));
    error = std::max(error, std::abs(a.gradient[k] - b.gradient[k]));
  }
  return std::max(error / scale, std::abs(a.risk / b.risk - 1));
}

// The tensors h and F of risk/sufficient_statistics.hpp by their definition, from tokens.
struct Tensors {
  std::vector<std::complex<double>> h, F;
};

Tensors tensors_by_definition(const Sample& sample, Steps steps) {
  const int d = sample.dimension, m = 2 * d, N = static_cast<int>(sample.initial.size()) / d;
  Tensors sums{std::vector<std::complex<double>>(d * m * m * m),
               std::vector<std::complex<double>>(m * m * m * m * m * m)};
  for (int n = 0; n < N; ++n) {
    const Eigen::MatrixXcd x = test::states(sample, n);
    Eigen::MatrixXcd gamma = Eigen::MatrixXcd::Zero(m, m);
    for (int t = 1; t < sample.context; ++t) {
      Eigen::VectorXcd e = Eigen::VectorXcd::Zero(m);
      e.head(d) = x.col(t - 1);
      if (t > 1) e.tail(d) = x.col(t - 2);
      gamma += e * e.adjoint();
      if (t < (steps == Steps::all ? 2 : sample.context - 1)) continue;
      e /= t - 1;
      std::size_t k = 0;
      for (int i = 0; i < d; ++i)
        for (int a = 0; a < m; ++a)
          for (int b = 0; b < m; ++b)
            for (int c = 0; c < m; ++c) sums.h[k++] += std::conj(x(i, t)) * gamma(a, b) * e[c] / double(N);
      k = 0;
      for (int a = 0; a < m; ++a)
        for (int a2 = 0; a2 < m; ++a2)
          for (int b = 0; b < m; ++b)
            for (int c = 0; c < m; ++c)
              for (int b2 = 0; b2 < m; ++b2)
                for (int c2 = 0; c2 < m; ++c2)
                  sums.F[k++] += gamma(a, b) * gamma(b2, a2) * e[c] * std::conj(e[c2]) / double(N);
    }
  }
  return sums;
}

}  // namespace

TEST_CASE("sufficient statistics are the sums of their definition") {
  const InstructionSet set = GENERATE(from_range(instruction_sets()));
  const int d = GENERATE(1, 2);
  const auto [T, N] = GENERATE(table<int, int>({{3, 1}, {17, 5}, {70, 2}}));
  const Steps steps = GENERATE(Steps::all, Steps::last);
  const unsigned seed = static_cast<unsigned>(100 * d + T);
  CAPTURE(name(set), d, T, N, seed, steps == Steps::last);
  const UseInstructionSet use(set);
  const Sample sample = random_sample(d, T, N, seed);
  const SufficientStatistics found(sample.sequences(), steps);
  const Tensors expected = tensors_by_definition(sample, steps);
  const std::size_t m = 2 * d, u = m * m;
  double scale = 0, error = 0;
  for (std::size_t k = 0; k < expected.h.size(); ++k) {
    scale = std::max(scale, std::abs(expected.h[k]));
    error = std::max(error, std::abs(expected.h[k] - found.linear()[k]));
  }
  CHECK(error <= tolerance.term * scale);
  scale = error = 0;
  for (std::size_t k = 0; k < u; ++k)
    for (std::size_t i = 0; i < u; ++i)
      for (std::size_t j = 0; j < u; ++j) {
        const double value = expected.F[(k * u + j) * u + i].real() - expected.F[(k * u + i) * u + j].imag();
        scale = std::max(scale, std::abs(value));
        error = std::max(error, std::abs(value - found.form()[(k * u + i) * u + j]));
      }
  CHECK(error <= tolerance.term * scale);
}

TEST_CASE("the precomputed risk is the empirical risk") {
  const InstructionSet set = GENERATE(from_range(instruction_sets()));
  const int d = GENERATE(range(1, 5));
  const auto [T, N] = GENERATE(table<int, int>({{3, 1}, {18, 67}, {67, 17}, {130, 3}}));
  const bool mask = GENERATE(false, true);
  const unsigned seed = static_cast<unsigned>(1000 * d + T);
  CAPTURE(name(set), d, T, N, mask, seed);
  const UseInstructionSet use(set);
  const Sample sample = random_sample(d, T, N, seed);
  EmpiricalRisk direct(sample.sequences(), {Precision::double_precision, mask});
  EmpiricalRisk single(sample.sequences(), {Precision::single_precision, mask});
  PrecomputedRisk precomputed(SufficientStatistics(sample.sequences()), mask);
  REQUIRE(precomputed.size() == direct.size());
  const Evaluation found = evaluate(precomputed, sample.theta);
  CHECK(distance(found, evaluate(direct, sample.theta)) < tolerance.same_risk);
  CHECK(distance(found, evaluate(single, sample.theta)) < tolerance.single);
}

// theta with P2, Q11, Q12 and Q22 set to 0.
std::vector<double> without_other_blocks(std::vector<double> theta, int d) {
  for (const std::size_t k : risk::other_block_entries(static_cast<std::size_t>(d))) theta[k] = 0;
  return theta;
}

TEST_CASE("statistics of (B, A) alone give the risk of all blocks where the others are 0") {
  const InstructionSet set = GENERATE(from_range(instruction_sets()));
  const int d = GENERATE(range(1, 6));  // odd and even: padded and not
  const auto [T, N] = GENERATE(table<int, int>({{3, 1}, {18, 37}, {67, 17}}));
  const bool mask = GENERATE(false, true);
  const unsigned seed = static_cast<unsigned>(3000 * d + T);
  CAPTURE(name(set), d, T, N, mask, seed);
  const UseInstructionSet use(set);
  const Sample sample = random_sample(d, T, N, seed);
  const std::vector<double> theta = without_other_blocks(sample.theta, d);
  auto all = std::make_unique<PrecomputedRisk>(SufficientStatistics(sample.sequences()), mask);
  auto direct =
      std::make_unique<EmpiricalRisk>(sample.sequences(), risk::EmpiricalOptions{.diagonal_mask = mask});
  const std::vector<double> zeros(theta.size(), 0.0);
  const auto others = risk::other_block_entries(static_cast<std::size_t>(d));
  risk::HeldEntries held(std::move(all), zeros, others), summed(std::move(direct), zeros, others);
  PrecomputedRisk small(SufficientStatistics(sample.sequences(), Steps::all, risk::Trained::ba), mask);
  const Evaluation found = evaluate(small, sample.theta);  // the others count as 0
  CHECK(distance(found, evaluate(held, theta)) < tolerance.same_risk);
  CHECK(distance(found, evaluate(summed, theta)) < tolerance.same_risk);

  std::vector<double> product(theta.size()), expected(theta.size());
  small.hessian_product(theta, sample.theta, product);
  held.hessian_product(theta, sample.theta, expected);
  double scale = 0, error = 0;
  for (std::size_t k = 0; k < product.size(); ++k) {
    scale = std::max(scale, std::abs(expected[k]));
    error = std::max(error, std::abs(product[k] - expected[k]));
  }
  CHECK(error < tolerance.same_risk * scale);
}

TEST_CASE("statistics of the last step give the loss of the last step") {
  const int d = GENERATE(1, 3);
  const Sample sample = random_sample(d, 37, 11, static_cast<unsigned>(d));
  EmpiricalRisk direct(sample.sequences());
  PrecomputedRisk last(SufficientStatistics(sample.sequences(), Steps::last));
  CHECK(evaluate(last, sample.theta).risk ==
        Approx(direct.losses(sample.theta).last_step).epsilon(tolerance.same_risk));
}

TEST_CASE("gradient and Hessian product of the precomputed risk pass the difference check") {
  const int d = GENERATE(1, 2, 3);
  const unsigned seed = static_cast<unsigned>(40 + d);
  CAPTURE(d, seed);
  const Sample sample = random_sample(d, 8, 5, seed);
  const std::vector<double> direction = random_sample(d, 3, 1, seed + 1).theta;
  PrecomputedRisk risk{SufficientStatistics(sample.sequences())};
  test::WrongGradient wrong(risk, test::scaled_components(7, 8, 1 + 1e-6),
                            test::scaled_components(5, 6, 1 + 1e-6));
  const test::CheckTolerance check;
  CHECK(test::check_gradient(risk, sample.theta).within(check.gradient));
  CHECK_FALSE(test::check_gradient(wrong, sample.theta).within(check.gradient));
  CHECK(test::check_hessian_product(risk, sample.theta, direction).within(check.hessian_product));
  CHECK_FALSE(test::check_hessian_product(wrong, sample.theta, direction).within(check.hessian_product));
}

TEST_CASE("building statistics again repeats their bits") {
  const Sample sample = random_sample(3, 20, 203, 9);
  const SufficientStatistics first(sample.sequences()), second(sample.sequences());
  CHECK(std::memcmp(first.form(), second.form(), sizeof(double) * 6 * 6 * 6 * 6 * 6 * 6) == 0);
  CHECK(first.linear() == second.linear());
}

TEST_CASE("statistics of impossible sequences are refused") {
  const std::vector<double> two{1.0, 2.0}, three{1.0, 2.0, 3.0}, none;
  CHECK_THROWS_AS(SufficientStatistics({2, 5, none, none}), InputError);
  CHECK_THROWS_AS(SufficientStatistics({2, 2, two, two}), InputError);
  CHECK_THROWS_AS(SufficientStatistics({0, 5, two, two}), InputError);
  CHECK_THROWS_AS(SufficientStatistics({2, 5, three, three}), InputError);
}

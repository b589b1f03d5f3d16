#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/error.hpp"
#include "core/instruction_set.hpp"
#include "model/causal_attention.hpp"
#include "random_sample.hpp"
#include "risk/causal_risk.hpp"
#include "risk/empirical.hpp"
#include "support/catch.hpp"
#include "support/gradient_check.hpp"

using namespace flowsweep;
using model::CausalScore;
using risk::CausalRisk;
using test::instruction_sets;
using test::random_sample;
using test::Sample;
using test::states;
using test::UseInstructionSet;

namespace {

/// Relative to the largest entry: rounding of two orders of summation over some dozens of steps.
constexpr double same_risk = 1e-12;

struct Evaluation {
  double risk = 0, last_step = 0;
  std::vector<double> gradient;
};

/// The same risk from the model's reference implementation.
Evaluation reference_evaluation(CausalScore score, const Sample& sample) {
  const std::size_t d = sample.dimension, N = sample.initial.size() / d;
  const auto weights = model::unpack(sample.theta, d);
  model::LinearAttention sum = model::diagonal_start(d, 0, 0);
  Evaluation result;
  for (std::size_t n = 0; n < N; ++n) {
    const Eigen::MatrixXcd x = states(sample, static_cast<int>(n));
    const Eigen::MatrixXcd residual = model::predict(score, weights, x) - x.rightCols(sample.context - 2);
    const auto gradient = model::vector_jacobian(score, weights, x, residual);
    sum.P += gradient.P / static_cast<double>(N);
    sum.Q += gradient.Q / static_cast<double>(N);
    result.risk += 0.5 * residual.squaredNorm() / static_cast<double>(N);
    result.last_step += 0.5 * residual.rightCols(1).squaredNorm() / static_cast<double>(N);
  }
  result.gradient.resize(sample.theta.size());
  model::pack(sum, result.gradient);
  return result;
}

template <typename Risk>
Evaluation evaluate(Risk&& risk, std::span<const double> theta) {
  Evaluation result{0, 0, std::vector<double>(risk.size())};
  result.risk = risk.gradient(theta, result.gradient);
  const risk::EmpiricalLosses losses = risk.losses(theta);
  CHECK(losses.summed == result.risk);
  result.last_step = losses.last_step;
  return result;
}

/// Largest difference of gradients, risks and last-step losses, relative to the largest gradient entry and
/// the risk.
double distance(const Evaluation& a, const Evaluation& b) {
  double scale = 0, error = 0;
  for (std::size_t k = 0; k < a.gradient.size(); ++k) {
    scale = std::max(scale, std::abs(b.gradient[k]));
    error = std::max(error, std::abs(a.gradient[k] - b.gradient[k]));
  }
  return std::max(
      {error / scale, std::abs(a.risk / b.risk - 1), std::abs(a.last_step - b.last_step) / b.risk});
}

class Wrong : public Differentiable {
 public:
  explicit Wrong(Differentiable& risk) : risk_(risk) {}
  std::size_t size() const override { return risk_.size(); }
  double gradient(std::span<const double> theta, std::span<double> gradient) override {
    const double value = risk_.gradient(theta, gradient);
    gradient[size() - 1] *= 1 + 1e-6;
    return value;
  }

 private:
  Differentiable& risk_;
};

}  // namespace

TEST_CASE("every causal kernel agrees with the model's reference implementation") {
  const InstructionSet set = GENERATE(from_range(instruction_sets()));
  const CausalScore score = GENERATE(CausalScore::linear, CausalScore::softmax);
  const int d = GENERATE(1, 2, 3, 4, 5, 6, 9);
  const auto [T, N] = GENERATE(table<int, int>({{3, 1}, {4, 9}, {67, 3}}));
  const unsigned seed = static_cast<unsigned>(1000 * d + T);
  CAPTURE(name(set), score == CausalScore::softmax, d, T, N, seed);
  const UseInstructionSet use(set);
  const Sample sample = random_sample(d, T, N, seed);
  CausalRisk risk(sample.sequences(), score);
  CHECK(distance(evaluate(risk, sample.theta), reference_evaluation(score, sample)) < same_risk);
}

TEST_CASE("with linear scores the causal risk is the empirical risk of linear attention") {
  const auto [d, T, N] = GENERATE(table<int, int, int>({{1, 3, 5}, {3, 40, 17}, {5, 100, 9}}));
  const bool mask = GENERATE(false, true);
  const unsigned seed = 12;
  CAPTURE(d, T, N, mask, seed);
  const Sample sample = random_sample(d, T, N, seed);
  CausalRisk causal(sample.sequences(), CausalScore::linear, mask);
  risk::EmpiricalRisk empirical(sample.sequences(), {risk::Precision::double_precision, mask});
  CHECK(distance(evaluate(causal, sample.theta), evaluate(empirical, sample.theta)) < same_risk);
}

TEST_CASE("the causal gradient passes the difference check and a wrong one fails it") {
  const CausalScore score = GENERATE(CausalScore::linear, CausalScore::softmax);
  const int d = GENERATE(1, 3, 6);
  const unsigned seed = static_cast<unsigned>(50 + d);
  CAPTURE(score == CausalScore::softmax, d, seed);
  const Sample sample = random_sample(d, 8, 5, seed);
  CausalRisk risk(sample.sequences(), score);
  Wrong wrong(risk);
  const test::CheckTolerance check;
  CHECK(test::check_gradient(risk, sample.theta).within(check.gradient));
  CHECK_FALSE(test::check_gradient(wrong, sample.theta).within(check.gradient));
}

TEST_CASE("the causal mask removes the off-diagonal gradient of P1 and Q21 and nothing else") {
  const Sample sample = random_sample(3, 6, 4, 77);
  std::vector<double> expected =
      evaluate(CausalRisk(sample.sequences(), CausalScore::softmax), sample.theta).gradient;
  model::keep_diagonals(expected, 3);
  CHECK(evaluate(CausalRisk(sample.sequences(), CausalScore::softmax, true), sample.theta).gradient ==
        expected);
}

TEST_CASE("repeating a causal evaluation repeats its bits, and lanes without a sequence add nothing") {
  const InstructionSet set = GENERATE(from_range(instruction_sets()));
  CAPTURE(name(set));
  const UseInstructionSet use(set);
  const Sample sample = random_sample(3, 12, 603, 9);
  CausalRisk first(sample.sequences(), CausalScore::softmax),
      second(sample.sequences(), CausalScore::softmax);
  const Evaluation once = evaluate(first, sample.theta);
  CHECK(once.gradient == evaluate(first, sample.theta).gradient);
  CHECK(once.gradient == evaluate(second, sample.theta).gradient);

  Sample padded = sample;  // 5 more sequences with v = 0: their lanes are the padding of 603 to 608
  padded.initial.resize(608 * 3, 0.0);
  padded.phase.resize(608 * 3, 1.0);
  CausalRisk with_zeros(padded.sequences(), CausalScore::softmax);
  CHECK(evaluate(with_zeros, sample.theta).risk * 608 == Approx(once.risk * 603).epsilon(1e-15));
}

TEST_CASE("large scores stay finite and pick the best token; weights that are not numbers show") {
  const InstructionSet set = GENERATE(from_range(instruction_sets()));
  CAPTURE(name(set));
  const UseInstructionSet use(set);
  const std::size_t d = 2;
  Sample sample = random_sample(2, 30, 9, 4);
  model::pack(model::diagonal_start(d, 1e9, 1), sample.theta);
  CausalRisk risk(sample.sequences(), CausalScore::softmax);
  const Evaluation hard = evaluate(risk, sample.theta);
  CHECK(distance(hard, reference_evaluation(CausalScore::softmax, sample)) < 1e-6);  // scores are rounded
  for (const double entry : hard.gradient) CHECK(std::isfinite(entry));

  sample.theta[model::q21_index(d, 0, 0)] = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(risk.losses(sample.theta).summed));
}

TEST_CASE("the causal risk holds no sequence and refuses impossible ones") {
  const auto bytes = [](int T, int N) {
    const Sample sample = random_sample(5, T, N, 1);
    return CausalRisk(sample.sequences(), CausalScore::softmax).allocated_bytes();
  };
  CHECK(bytes(100, 10000) < 5'000'000);
  const std::vector<double> two{1.0, 2.0}, none;
  CHECK_THROWS_AS(CausalRisk({2, 5, none, none}, CausalScore::softmax), InputError);
  CHECK_THROWS_AS(CausalRisk({2, 2, two, two}, CausalScore::softmax), InputError);
}

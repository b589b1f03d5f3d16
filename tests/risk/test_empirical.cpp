#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/instruction_set.hpp"
#include "model/linear_attention.hpp"
#include "random_sample.hpp"
#include "risk/empirical.hpp"
#include "risk/precomputed.hpp"
#include "support/catch.hpp"
#include "support/gradient_check.hpp"
#include "support/wrong_gradient.hpp"

using namespace flowsweep;
using risk::EmpiricalRisk;
using risk::Precision;
using test::instruction_sets;
using test::random_sample;
using test::Sample;
using test::states;
using test::UseInstructionSet;

namespace {

struct Tolerance {
  double reference = 1e-12;  // the reference numbers are double precision runs of 30 steps
  double same_risk = 1e-12;  // relative to the largest entry: rounding of two orders of summation
  double single = 1e-5;      // as above for float, unit round-off 6e-8 over some dozens of steps
  double rounding = 1e-13;   // sums over many sequences
};
constexpr Tolerance tolerance;

struct Evaluation {
  double risk = 0, last_step = 0;
  std::vector<double> gradient;
};

/// The same risk from the model's reference implementation.
Evaluation reference_evaluation(const Sample& sample) {
  const std::size_t d = sample.dimension, N = sample.initial.size() / d;
  const auto attention = model::unpack(sample.theta, d);
  model::LinearAttention sum = model::diagonal_start(d, 0, 0);
  Evaluation result;
  for (std::size_t n = 0; n < N; ++n) {
    const Eigen::MatrixXcd x = states(sample, static_cast<int>(n));
    const Eigen::MatrixXcd residual = model::predict(attention, x) - x.rightCols(sample.context - 2);
    const auto gradient = model::vector_jacobian(attention, x, residual);
    sum.P += gradient.P / static_cast<double>(N);
    sum.Q += gradient.Q / static_cast<double>(N);
    result.risk += 0.5 * residual.squaredNorm() / static_cast<double>(N);
    result.last_step += 0.5 * residual.rightCols(1).squaredNorm() / static_cast<double>(N);
  }
  result.gradient.resize(sample.theta.size());
  model::pack(sum, result.gradient);
  return result;
}

Evaluation evaluate(EmpiricalRisk& empirical, std::span<const double> theta) {
  Evaluation result{0, 0, std::vector<double>(empirical.size())};
  result.risk = empirical.gradient(theta, result.gradient);
  result.last_step = empirical.losses(theta).last_step;
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

double mean_diagonal_product(std::span<const double> theta, std::size_t d) {
  return model::mean_diagonal_product(model::unpack(theta, d));
}

std::vector<double> flattened(const nlohmann::json& numbers) {
  std::vector<double> flat;
  if (numbers.is_number()) return {numbers.get<double>()};
  for (const auto& entry : numbers)
    for (double number : flattened(entry)) flat.push_back(number);
  return flat;
}

std::vector<double> weights_of(const nlohmann::json& P, const nlohmann::json& Q) {
  std::vector<double> weights = flattened(P);
  const std::vector<double> query = flattened(Q);
  weights.insert(weights.end(), query.begin(), query.end());
  return weights;
}

double largest_difference(std::span<const double> a, std::span<const double> b) {
  REQUIRE(a.size() == b.size());
  double largest = 0;
  for (std::size_t k = 0; k < a.size(); ++k) largest = std::max(largest, std::abs(a[k] - b[k]));
  return largest;
}

const nlohmann::json& reference_cases() {
  static const nlohmann::json cases = [] {
    std::ifstream file(FLOWSWEEP_TEST_DATA "/mesa-simulation-small.json");
    return nlohmann::json::parse(file).at("cases");
  }();
  return cases;
}

}  // namespace

TEST_CASE("gradient descent on the empirical risk reproduces the published simulation code, step by step") {
  const std::size_t index = GENERATE(0, 1, 2, 3);
  const bool precomputed = GENERATE(false, true);
  const nlohmann::json& run = reference_cases().at(index);
  const std::size_t d = run["dimension"];
  CAPTURE(index, precomputed, run["law"].get<std::string>(), run["mask"].get<bool>());
  const std::vector<double> initial = flattened(run["v"]), phase = flattened(run["phase"]);
  const risk::Sequences sequences{static_cast<int>(d), run["context"], initial, phase};
  std::vector<double> theta(model::weight_count(d)), gradient(theta.size());
  // That code initialises its weights in single precision.
  model::pack(model::diagonal_start(d, run["a0"].get<float>(), run["b0"].get<float>()), theta);

  const auto make = [&](bool mask) -> std::unique_ptr<Differentiable> {
    if (precomputed)
      return std::make_unique<risk::PrecomputedRisk>(risk::SufficientStatistics(sequences), mask);
    return std::make_unique<EmpiricalRisk>(sequences,
                                           risk::EmpiricalOptions{Precision::double_precision, mask});
  };
  make(false)->gradient(theta, gradient);
  const auto at_start = weights_of(run["gradient_P_at_start"], run["gradient_Q_at_start"]);
  CHECK(largest_difference(gradient, at_start) < tolerance.reference);

  const std::unique_ptr<Differentiable> empirical = make(run["mask"].get<bool>());
  const std::size_t steps = run["steps"];
  const double step = run["step"];
  for (std::size_t k = 0; k <= steps; ++k) {
    CAPTURE(k);
    CHECK(std::abs(empirical->gradient(theta, gradient) - run["risk"][k].get<double>()) <
          tolerance.reference);
    CHECK(std::abs(mean_diagonal_product(theta, d) - run["ab"][k].get<double>()) < tolerance.reference);
    if (k == steps) break;
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] -= step * gradient[i];
  }
  CHECK(largest_difference(theta, weights_of(run["P_final"], run["Q_final"])) < tolerance.reference);
}

TEST_CASE("every kernel agrees with the model's reference implementation") {
  const InstructionSet set = GENERATE(from_range(instruction_sets()));
  const int d = GENERATE(range(1, 10));
  const auto [T, N] = GENERATE(table<int, int>({{3, 1}, {4, 9}, {18, 7}, {67, 17}}));
  const unsigned seed = static_cast<unsigned>(1000 * d + T);
  CAPTURE(name(set), d, T, N, seed);
  const UseInstructionSet use(set);
  const Sample sample = random_sample(d, T, N, seed);
  const Evaluation expected = reference_evaluation(sample);
  EmpiricalRisk empirical(sample.sequences());
  CHECK(distance(evaluate(empirical, sample.theta), expected) < tolerance.same_risk);
  EmpiricalRisk single(sample.sequences(), {Precision::single_precision, false});
  CHECK(distance(evaluate(single, sample.theta), expected) < tolerance.single);
}

TEST_CASE("rounding of the states does not grow over ten thousand steps") {
  const unsigned seed = 5;
  CAPTURE(seed);
  const Sample sample = random_sample(2, 10000, 2, seed);
  EmpiricalRisk empirical(sample.sequences());
  CHECK(distance(evaluate(empirical, sample.theta), reference_evaluation(sample)) < tolerance.same_risk);
}

TEST_CASE("the gradient passes the difference check and a wrong one fails it") {
  const int d = GENERATE(1, 2, 3);
  const unsigned seed = static_cast<unsigned>(40 + d);
  CAPTURE(d, seed);
  const Sample sample = random_sample(d, 8, 5, seed);
  EmpiricalRisk empirical(sample.sequences());
  test::WrongGradient wrong(empirical, test::scaled_components(7, 8, 1 + 1e-6));
  const test::CheckTolerance check;
  CHECK(test::check_gradient(empirical, sample.theta).within(check.gradient));
  CHECK_FALSE(test::check_gradient(wrong, sample.theta).within(check.gradient));
}

TEST_CASE("the mask removes the off-diagonal gradient of P1 and Q21 and nothing else") {
  const std::size_t d = 3;
  const Sample sample = random_sample(3, 6, 4, 77);
  EmpiricalRisk free(sample.sequences()), masked(sample.sequences(), {Precision::double_precision, true});
  std::vector<double> expected = evaluate(free, sample.theta).gradient;
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j)
      for (std::size_t part = 0; part < 2 && i != j; ++part)
        expected[model::p1_index(d, i, j) + part] = expected[model::q21_index(d, i, j) + part] = 0;
  CHECK(evaluate(masked, sample.theta).gradient == expected);
}

TEST_CASE("repeating an evaluation repeats its bits, and lanes without a sequence add nothing") {
  const InstructionSet set = GENERATE(from_range(instruction_sets()));
  CAPTURE(name(set));
  const UseInstructionSet use(set);
  const Sample sample = random_sample(5, 20, 1003, 9);
  EmpiricalRisk first(sample.sequences()), second(sample.sequences());
  const Evaluation once = evaluate(first, sample.theta);
  CHECK(once.gradient == evaluate(first, sample.theta).gradient);
  CHECK(once.gradient == evaluate(second, sample.theta).gradient);
  CHECK(once.risk == evaluate(second, sample.theta).risk);

  Sample padded = sample;  // 5 more sequences with v = 0: their lanes are the padding of 1003 to 1008
  padded.initial.resize(1008 * 5, 0.0);
  padded.phase.resize(1008 * 5, 1.0);
  EmpiricalRisk with_zeros(padded.sequences());
  CHECK(evaluate(with_zeros, sample.theta).risk * 1008 == Approx(once.risk * 1003).epsilon(1e-15));
}

TEST_CASE("sums over many sequences keep their digits") {
  const Sample few = random_sample(2, 5, 125, 31);
  Sample many = few;  // 80 copies: the means are those of the few
  for (int copy = 1; copy < 80; ++copy) {
    many.initial.insert(many.initial.end(), few.initial.begin(), few.initial.end());
    many.phase.insert(many.phase.end(), few.phase.begin(), few.phase.end());
  }
  EmpiricalRisk small(few.sequences()), large(many.sequences());
  CHECK(large.sequences() == 10000);
  CHECK(distance(evaluate(large, few.theta), evaluate(small, few.theta)) < tolerance.rounding);
}

TEST_CASE("memory is linear in the sequences and independent of the context") {
  const auto bytes = [](int T, int N) {
    const Sample sample = random_sample(5, T, N, 1);
    return EmpiricalRisk(sample.sequences()).allocated_bytes();
  };
  CHECK(bytes(10, 10000) == bytes(1000, 10000));
  CHECK(bytes(100, 10000) < 100'000'000);
  CHECK(static_cast<double>(bytes(100, 20000)) < 2.1 * static_cast<double>(bytes(100, 10000)));
}

TEST_CASE("the losses are those of the gradient and of the last step") {
  const Sample sample = random_sample(2, 3, 4, 8);  // T = 3: one step, so both losses are the same
  EmpiricalRisk empirical(sample.sequences());
  const risk::EmpiricalLosses losses = empirical.losses(sample.theta);
  CHECK(losses.summed == losses.last_step);
  CHECK(losses.summed == evaluate(empirical, sample.theta).risk);
}

TEST_CASE("impossible sequences are refused") {
  const std::vector<double> two{1.0, 2.0}, three{1.0, 2.0, 3.0}, none;
  const std::vector<double> infinite{1.0, std::numeric_limits<double>::infinity()};
  CHECK_THROWS_AS(EmpiricalRisk({2, 5, none, none}), InputError);
  CHECK_THROWS_AS(EmpiricalRisk({2, 2, two, two}), InputError);
  CHECK_THROWS_AS(EmpiricalRisk({0, 5, two, two}), InputError);
  CHECK_THROWS_AS(EmpiricalRisk({2, 5, three, three}), InputError);
  CHECK_THROWS_AS(EmpiricalRisk({2, 5, two, none}), InputError);
  CHECK_THROWS_AS(EmpiricalRisk({2, 5, infinite, two}), InputError);
  CHECK_THROWS_AS(EmpiricalRisk({2, 5, two, infinite}), InputError);
}

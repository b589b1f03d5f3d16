#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/error.hpp"
#include "core/instruction_set.hpp"
#include "model/random_attention.hpp"
#include "model/softmax_attention.hpp"
#include "risk/random_sample.hpp"
#include "risk/regression.hpp"
#include "support/catch.hpp"
#include "support/gradient_check.hpp"

namespace flowsweep {
namespace {

using model::AttentionShape;
using model::Prompts;
using risk::RegressionRisk;

struct Tolerance {
  double same_risk = 1e-13;      // relative: rounding of two orders of summation
  double same_gradient = 1e-12;  // relative to the largest entry, of the instruction sets
  double difference = 1e-8;      // rounding 1e-16 of a risk of order 10 over the step below
};
constexpr Tolerance tolerance;
constexpr double difference_step =
    1e-5;  // short, so that no kink of ReLU and no other choice of negatives is met
constexpr double planted_error = 1e-6;

Prompts random_prompts(int dimension, int demonstrations, int queries, std::size_t count,
                       std::uint64_t seed) {
  Prompts prompts{dimension, demonstrations, queries, {}, {}};
  prompts.tokens = test::normal_numbers(seed, count * prompts.tokens_of_one(), 1);
  prompts.targets = test::normal_numbers(seed + 1, count, 1);
  return prompts;
}

std::vector<double> random_weights(const AttentionShape& shape, std::uint64_t seed) {
  return test::normal_numbers(seed + 2, model::layout_of(shape).size, 0.6);
}

double reference_risk(const AttentionShape& shape, const Prompts& prompts, const std::vector<double>& theta) {
  double sum = 0;
  for (std::size_t p = 0; p < prompts.count(); ++p) {
    const Eigen::Map<const Eigen::MatrixXd> tokens(prompts.tokens.data() + p * prompts.tokens_of_one(),
                                                   prompts.dimension,
                                                   prompts.demonstrations + prompts.queries);
    const Eigen::VectorXd output = model::attend(shape, theta, tokens, prompts.demonstrations).output;
    sum += std::pow(output[output.size() - 1] - prompts.targets[p], 2);
  }
  return sum / static_cast<double>(prompts.count());
}

struct Size {
  int input, width, demonstrations, queries;
  std::size_t prompts;
};
/// The last one, of most weights, meets no path of the kernels that the others do not.
const std::vector<Size> sizes = {{3, 2, 1, 1, 1}, {3, 2, 6, 2, 11}, {6, 5, 7, 1, 9}, {8, 8, 15, 3, 3}};

template <typename Check>
void for_each_case(Check check, std::size_t count = sizes.size()) {
  std::uint64_t seed = 0;
  for (const Size& size : std::span(sizes).first(count))
    for (const auto& [name, shape] : test::attention_shapes(size.input, size.width)) {
      seed += 10;
      CAPTURE(name, seed, size.input, size.width, size.demonstrations, size.queries, size.prompts);
      check(shape, random_prompts(size.input, size.demonstrations, size.queries, size.prompts, seed),
            random_weights(shape, seed));
    }
}

class Wrong : public Differentiable {
 public:
  explicit Wrong(RegressionRisk& risk) : risk_(risk) {}
  std::size_t size() const override { return risk_.size(); }
  double gradient(std::span<const double> theta, std::span<double> gradient) override {
    const double value = risk_.gradient(theta, gradient);
    const auto smaller = [](double a, double b) { return std::abs(a) < std::abs(b); };
    double& largest = *std::max_element(gradient.begin(), gradient.end(), smaller);
    largest += planted_error * std::max(1.0, std::abs(largest));
    return value;
  }

 private:
  RegressionRisk& risk_;
};

double largest(const std::vector<double>& values) {
  double result = 0;
  for (double value : values) result = std::max(result, std::abs(value));
  return result;
}

}  // namespace

TEST_CASE("every kernel agrees with the reference in every shape and modification") {
  const InstructionSet set = GENERATE(from_range(test::instruction_sets()));
  CAPTURE(name(set));
  const test::UseInstructionSet use(set);
  for_each_case([](const AttentionShape& shape, const Prompts& prompts, const std::vector<double>& theta) {
    RegressionRisk risk(shape, prompts);
    std::vector<double> gradient(risk.size());
    const double expected = reference_risk(shape, prompts, theta);
    CHECK(std::abs(risk.value(theta) / expected - 1) < tolerance.same_risk);
    CHECK(risk.gradient(theta, gradient) == risk.value(theta));
  });
}

TEST_CASE(
    "the gradient passes the difference check in every shape and modification, and a wrong one fails it") {
  for_each_case(
      [](const AttentionShape& shape, const Prompts& prompts, const std::vector<double>& theta) {
        RegressionRisk risk(shape, prompts);
        const auto check = test::check_gradient(risk, theta, difference_step);
        CAPTURE(check.error, check.component);
        CHECK(check.within(tolerance.difference));
        Wrong wrong(risk);
        if (theta.size() < 100)  // every shape at the smallest size
          CHECK_FALSE(test::check_gradient(wrong, theta, difference_step).within(tolerance.difference));
      },
      sizes.size() - 1);
}

TEST_CASE("the gradients of all kernels agree, and repeating one repeats its bits") {
  const InstructionSet set = GENERATE(from_range(test::instruction_sets()));
  CAPTURE(name(set));
  for_each_case([&](const AttentionShape& shape, const Prompts& prompts, const std::vector<double>& theta) {
    std::vector<double> expected(theta.size()), gradient(theta.size()), again(theta.size());
    {
      const test::UseInstructionSet use(InstructionSet::baseline);
      RegressionRisk(shape, prompts).gradient(theta, expected);
    }
    const test::UseInstructionSet use(set);
    RegressionRisk risk(shape, prompts);
    risk.gradient(theta, gradient);
    risk.value(std::vector<double>(theta.size(), 0.5));
    risk.gradient(theta, again);
    CHECK(gradient == again);
    for (std::size_t k = 0; k < gradient.size(); ++k) again[k] -= expected[k];
    // Equal where ReLU is dead for all prompts.
    CHECK(largest(again) <= tolerance.same_gradient * largest(expected));
  });
}

TEST_CASE("sums over many prompts keep their digits and lanes without a prompt add nothing") {
  const AttentionShape shape{.input = 3, .width = 4, .hidden = 3, .modifications = {}};
  const Prompts few = random_prompts(3, 4, 1, 125, 71);
  Prompts many = few;
  for (int copy = 1; copy < 9; ++copy) {
    many.tokens.insert(many.tokens.end(), few.tokens.begin(), few.tokens.end());
    many.targets.insert(many.targets.end(), few.targets.begin(), few.targets.end());
  }
  const std::vector<double> theta = random_weights(shape, 71);
  RegressionRisk small(shape, few), large(shape, many);
  std::vector<double> a(theta.size()), b(theta.size());
  CHECK(std::abs(small.gradient(theta, a) / large.gradient(theta, b) - 1) < tolerance.same_risk);
  const double scale = largest(a);
  for (std::size_t k = 0; k < a.size(); ++k) a[k] -= b[k];
  CHECK(largest(a) < tolerance.same_gradient * scale);
}

TEST_CASE("kernels and reference choose the same negatives among equal scores") {
  const InstructionSet set = GENERATE(from_range(test::instruction_sets()));
  const auto rule = GENERATE(model::NegativeRule::lowest_score, model::NegativeRule::lowest_query_score);
  CAPTURE(name(set));
  const test::UseInstructionSet use(set);
  // Values tell equal keys apart: the last entry of a token is not seen by the keys.
  AttentionShape shape{.input = 3, .width = 2, .modifications = {.beta = 0.7, .negatives = 0.4}};
  shape.modifications.negative_rule = rule;
  Prompts prompts = random_prompts(3, 8, 1, 9, 81);
  for (std::size_t p = 0; p < prompts.count(); ++p)
    for (std::size_t j = 3; j < 8; ++j)
      std::copy_n(prompts.tokens.begin() + static_cast<std::ptrdiff_t>(p * 27 + 3 * (j % 3)), 2,
                  prompts.tokens.begin() + static_cast<std::ptrdiff_t>(p * 27 + 3 * j));
  std::vector<double> theta = random_weights(shape, 81);
  for (std::size_t k : {2, 5, 8, 11}) theta[k] = 0;  // last columns of W_Q and W_K
  RegressionRisk risk(shape, prompts);
  CHECK(std::abs(risk.value(theta) / reference_risk(shape, prompts, theta) - 1) < tolerance.same_risk);
}

TEST_CASE("large scores give finite numbers") {
  const InstructionSet set = GENERATE(from_range(test::instruction_sets()));
  const test::UseInstructionSet use(set);
  for_each_case([](const AttentionShape& shape, const Prompts& prompts, std::vector<double> theta) {
    for (double& weight : theta) weight *= 100;  // scores of order 1e4 and more
    RegressionRisk risk(shape, prompts);
    std::vector<double> gradient(theta.size());
    CHECK(std::isfinite(risk.gradient(theta, gradient)));
    CHECK(std::isfinite(largest(gradient)));
    CHECK(std::abs(risk.value(theta) / reference_risk(shape, prompts, theta) - 1) <
          1e-9);  // exp of 1e4 (1 + eps)
  });
}

TEST_CASE("weights that are not finite, or overflow, give a risk and a gradient that are not finite") {
  for_each_case([](const AttentionShape& shape, const Prompts& prompts, const std::vector<double>& theta) {
    RegressionRisk risk(shape, prompts);
    for (double bad : {std::numeric_limits<double>::infinity(), std::nan("")})
      for (std::size_t k : {std::size_t{0}, theta.size() - 1}) {
        std::vector<double> broken = theta, gradient(theta.size());
        broken[k] = bad;
        CHECK_FALSE(std::isfinite(risk.value(broken)));
        CHECK_FALSE(std::isfinite(risk.gradient(broken, gradient)));
        CHECK_FALSE(std::isfinite(gradient[k]));
      }
    std::vector<double> huge(theta.size(), 1e160), gradient(theta.size());
    CHECK_FALSE(std::isfinite(risk.gradient(huge, gradient)));
  });
}

TEST_CASE("memory is that of the prompts and a workspace that does not depend on their number") {
  const AttentionShape shape{.input = 12, .width = 12, .modifications = {}};
  const auto bytes = [&](std::size_t count) {
    return static_cast<double>(RegressionRisk(shape, random_prompts(12, 15, 1, count, 5)).allocated_bytes());
  };
  const double of_tokens = 8.0 * 800 * (16 * 12 + 1);
  CHECK(bytes(1600) - bytes(800) < 1.01 * of_tokens);
  CHECK(bytes(800) - of_tokens < 300'000);
}

TEST_CASE("impossible prompts and shapes are refused") {
  const AttentionShape shape{.input = 2, .width = 2, .modifications = {}};
  const Prompts good = random_prompts(2, 3, 1, 4, 1);
  CHECK_NOTHROW(RegressionRisk(shape, good));
  const auto refused = [&](auto change) {
    Prompts prompts = good;
    change(prompts);
    CHECK_THROWS_AS(RegressionRisk(shape, prompts), InputError);
  };
  refused([](Prompts& p) { p.demonstrations = 0; });
  refused([](Prompts& p) { p.queries = 0; });
  refused([](Prompts& p) { p.dimension = 1; });
  refused([](Prompts& p) { p.tokens.pop_back(); });
  refused([](Prompts& p) { p.targets.pop_back(); });
  refused([](Prompts& p) { p.tokens.clear(), p.targets.clear(); });
  refused([](Prompts& p) { p.tokens[3] = std::nan(""); });
  refused([](Prompts& p) { p.targets[0] = std::numeric_limits<double>::infinity(); });
  AttentionShape none = shape;
  none.layers = 0;
  CHECK_THROWS_AS(RegressionRisk(none, good), InputError);
}

}  // namespace flowsweep

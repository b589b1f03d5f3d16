// The reference against loops over the formulas, written here without Eigen and without safeguards.
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "model/random_attention.hpp"
#include "model/softmax_attention.hpp"
#include "support/catch.hpp"

namespace flowsweep {
namespace {

using model::AttentionShape;
using model::NegativeRule;
using model::TokenMap;
using Vector = std::vector<double>;
using Tokens = std::vector<Vector>;

constexpr double tolerance = 1e-13;  // some dozens of roundings, numbers of order 1

/// Consumes the flat weights in the documented order.
struct Reader {
  const double* next;
  Tokens matrix(int rows, int columns) {
    Tokens result;
    for (int i = 0; i < rows; ++i, next += columns) result.emplace_back(next, next + columns);
    return result;
  }
};

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
  return sum;
}

Vector times(const Tokens& matrix, const Vector& x) {
  Vector result;
  for (const Vector& row : matrix) result.push_back(dot(row, x));
  return result;
}

double gelu(double z) {
  return z / 2 * (1 + std::erf(z / std::sqrt(2.0)));
}

struct Map {
  TokenMap kind;
  Tokens first, second;

  Vector operator()(Vector z) const {
    if (kind == TokenMap::mlp) z = times(first, z);
    for (double& entry : z) {
      if (kind == TokenMap::relu) entry = std::max(entry, 0.0);
      if (kind == TokenMap::gelu || kind == TokenMap::mlp) entry = gelu(entry);
    }
    return kind == TokenMap::mlp ? times(second, z) : z;
  }
};

Map read_map(TokenMap kind, Reader& weights, int width) {
  if (kind != TokenMap::mlp) return {kind, {}, {}};
  Tokens first = weights.matrix(width, width);
  return {kind, first, weights.matrix(width, width)};
}

std::vector<std::size_t> brute_negatives(const model::Modifications& m, const Tokens& keys,
                                         const Vector& query, std::size_t self, std::size_t demonstrations) {
  std::vector<std::pair<double, std::size_t>> others;
  for (std::size_t j = 0; j < demonstrations; ++j)
    if (j != self) others.emplace_back(dot(keys[j], query), j);
  std::sort(others.begin(), others.end());
  auto count = static_cast<std::size_t>(m.negatives * static_cast<double>(demonstrations) + 1e-9);
  count = std::min(std::max<std::size_t>(count, 1), others.size());
  std::vector<std::size_t> chosen;
  for (std::size_t k = 0; k < count; ++k) chosen.push_back(others[k].second);
  return chosen;
}

Tokens brute_layer(const AttentionShape& shape, Reader& weights, int columns, const Tokens& tokens,
                   std::size_t demonstrations) {
  const auto& m = shape.modifications;
  const Tokens W_Q = weights.matrix(shape.width, columns), W_K = weights.matrix(shape.width, columns),
               W_V = weights.matrix(shape.width, columns);
  const Map g2 = read_map(m.key_map, weights, shape.width), g1 = read_map(m.value_map, weights, shape.width);
  Tokens keys, queries, values, outputs;
  for (const Vector& x : tokens) {
    keys.push_back(g2(times(W_K, x)));
    queries.push_back(times(W_Q, x));
    values.push_back(g1(times(W_V, x)));
  }
  for (std::size_t t = 0; t < tokens.size(); ++t) {
    double sum = 0;
    Vector output(static_cast<std::size_t>(shape.width), 0.0);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const double weight = std::exp(dot(keys[i], queries[t]) / std::sqrt(static_cast<double>(shape.width)));
      sum += weight;
      Vector value = values[i];
      if (i >= demonstrations)
        for (double& entry : value) entry *= 1 - m.alpha;
      else if (m.beta != 0 && demonstrations > 1) {
        const bool own = m.negative_rule == NegativeRule::lowest_score;
        const auto chosen = brute_negatives(m, keys, queries[own ? i : t], i, demonstrations);
        for (std::size_t j : chosen)
          for (std::size_t k = 0; k < value.size(); ++k)
            value[k] -= m.beta / static_cast<double>(chosen.size()) * values[j][k];
      }
      for (std::size_t k = 0; k < value.size(); ++k) output[k] += weight * value[k];
    }
    for (double& entry : output) entry /= sum;
    outputs.push_back(output);
  }
  return outputs;
}

Vector brute_output(const AttentionShape& shape, const Vector& weights, const Tokens& prompt,
                    std::size_t demonstrations) {
  Reader reader{weights.data()};
  Tokens tokens = prompt;
  for (int layer = 0; layer < shape.layers; ++layer)
    tokens = brute_layer(shape, reader, layer == 0 ? shape.input : shape.width, tokens, demonstrations);
  Vector u = tokens.back();
  if (shape.hidden == 0) return u;
  const Tokens W_1 = reader.matrix(shape.hidden, shape.width), b_1 = reader.matrix(shape.hidden, 1),
               W_2 = reader.matrix(shape.width, shape.hidden), b_2 = reader.matrix(shape.width, 1);
  for (std::size_t k = 0; k < u.size() && shape.residual; ++k) u[k] += prompt.back()[k];
  Vector hidden = times(W_1, u);
  for (std::size_t k = 0; k < hidden.size(); ++k) hidden[k] = std::max(0.0, hidden[k] + b_1[k][0]);
  Vector out = times(W_2, hidden);
  for (std::size_t k = 0; k < out.size(); ++k) out[k] += b_2[k][0] + (shape.residual ? u[k] : 0);
  return out;
}

struct Case {
  Vector weights;
  Eigen::MatrixXd tokens;
};

Case random_case(const AttentionShape& shape, int tokens, std::uint64_t seed) {
  Case result{test::normal_numbers(seed, model::layout_of(shape).size, 0.8),
              Eigen::MatrixXd(shape.input, tokens)};
  const Vector numbers = test::normal_numbers(seed + 1000, static_cast<std::size_t>(result.tokens.size()), 1);
  std::copy(numbers.begin(), numbers.end(), result.tokens.data());
  return result;
}

Tokens as_tokens(const Eigen::MatrixXd& matrix) {
  Tokens tokens;
  for (Eigen::Index j = 0; j < matrix.cols(); ++j)
    tokens.emplace_back(matrix.col(j).data(), matrix.col(j).data() + matrix.rows());
  return tokens;
}

}  // namespace

TEST_CASE("softmax attention follows its formulas in every shape and modification") {
  std::uint64_t seed = 0;
  for (const auto& [name, shape] : test::attention_shapes(3, 2))
    for (auto [demonstrations, queries] : {std::pair{1, 1}, {2, 1}, {7, 1}, {6, 3}}) {
      CAPTURE(name, demonstrations, queries, ++seed);
      const Case c = random_case(shape, demonstrations + queries, seed);
      const auto trace = model::attend(shape, c.weights, c.tokens, demonstrations);
      const Vector expected =
          brute_output(shape, c.weights, as_tokens(c.tokens), static_cast<std::size_t>(demonstrations));
      REQUIRE(trace.output.size() == shape.width);
      for (std::size_t k = 0; k < expected.size(); ++k)
        CHECK(std::abs(trace.output[static_cast<Eigen::Index>(k)] - expected[k]) <
              tolerance * (1 + std::abs(expected[k])));
    }
}

TEST_CASE("a trace holds the tokens of each layer, softmax weights of sum 1, and the hidden units") {
  AttentionShape shape{.input = 3, .width = 2, .layers = 2, .hidden = 5, .modifications = {}};
  const Case c = random_case(shape, 5, 3);
  const auto trace = model::attend(shape, c.weights, c.tokens, 4);
  REQUIRE(trace.layers.size() == 2);
  CHECK(trace.layers[0].tokens == c.tokens);
  CHECK(trace.layers[1].tokens == trace.layers[0].outputs);
  CHECK(trace.hidden.size() == 5);
  for (const auto& layer : trace.layers) {
    CHECK((layer.weights.colwise().sum().array() - 1).abs().maxCoeff() < tolerance);
    CHECK((layer.values * layer.weights - layer.outputs).norm() < tolerance);
  }
}

TEST_CASE("negatives are the lowest scores but one's own, equal scores in order of index") {
  Eigen::MatrixXd keys(1, 5), queries(1, 6);
  keys << 2, 1, 1, 3, 1;
  queries << 1, 1, 1, 1, -1, 1;
  model::Modifications m{.beta = 1, .negatives = 0.4};
  using Sets = std::vector<std::vector<int>>;
  CHECK(model::negative_sets(m, keys, queries, 5, 5) == Sets{{1, 2}, {2, 4}, {1, 4}, {1, 2}, {0, 3}});
  m.negative_rule = NegativeRule::lowest_query_score;
  CHECK(model::negative_sets(m, keys, queries, 5, 5) == Sets{{1, 2}, {2, 4}, {1, 4}, {1, 2}, {1, 2}});
  CHECK(model::negative_sets(m, keys, queries, 1, 5).empty());
  m.beta = 0;
  CHECK(model::negative_sets(m, keys, queries, 5, 5).empty());
}

TEST_CASE("the number of negatives is the floor of r N, at least 1 and at most N - 1") {
  const auto count = [](double r, int N) { return model::negative_count({.beta = 1, .negatives = r}, N); };
  CHECK(count(0.2, 15) == 3);
  CHECK(count(0.29, 100) == 29);  // 0.29 * 100 is below 29 in doubles
  CHECK(count(0.29, 99) == 28);
  CHECK(count(0.01, 15) == 1);
  CHECK(count(1, 15) == 14);
  CHECK(count(1, 1) == 0);
  CHECK(model::negative_count({.negatives = 0.5}, 15) == 0);
}

TEST_CASE("softmax is safe for large scores, and weights that are not finite give no finite output") {
  AttentionShape shape{.input = 3, .width = 2, .modifications = {}};
  Case c = random_case(shape, 6, 5);
  for (double& weight : c.weights) weight *= 300;
  const auto trace = model::attend(shape, c.weights, c.tokens, 5);
  CHECK(trace.output.allFinite());
  CHECK(trace.layers[0].weights.maxCoeff() > 0.999);
  for (double bad : {std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()})
    for (const auto& [name, each] : test::attention_shapes(3, 2)) {
      CAPTURE(name, bad);
      Case broken = random_case(each, 6, 6);
      for (std::size_t k : {std::size_t{0}, broken.weights.size() / 2, broken.weights.size() - 1}) {
        Vector weights = broken.weights;
        weights[k] = bad;
        CHECK_FALSE(model::attend(each, weights, broken.tokens, 5).output.allFinite());
      }
    }
}

TEST_CASE("shapes that are none are refused") {
  const AttentionShape good{.input = 3, .width = 3, .hidden = 2, .residual = true, .modifications = {}};
  CHECK_NOTHROW(model::layout_of(good));
  const auto refused = [&](auto change) {
    AttentionShape shape = good;
    change(shape);
    CHECK_THROWS_AS(model::layout_of(shape), std::invalid_argument);
  };
  refused([](AttentionShape& s) { s.input = 0; });
  refused([](AttentionShape& s) { s.width = 0; });
  refused([](AttentionShape& s) { s.layers = 0; });
  refused([](AttentionShape& s) { s.hidden = -1; });
  refused([](AttentionShape& s) { s.hidden = 0; });
  refused([](AttentionShape& s) { s.width = 4; });
  refused([](AttentionShape& s) { s.modifications.alpha = std::nan(""); });
  refused([](AttentionShape& s) { s.modifications.beta = std::numeric_limits<double>::infinity(); });
  refused([](AttentionShape& s) { s.modifications.negatives = 0; });
  refused([](AttentionShape& s) { s.modifications.negatives = 1.1; });
  const Vector weights(model::layout_of(good).size, 0.1);
  const Eigen::MatrixXd tokens = Eigen::MatrixXd::Ones(3, 4);
  CHECK_NOTHROW(model::attend(good, weights, tokens, 3));
  CHECK_THROWS_AS(model::attend(good, weights, tokens, 4), std::invalid_argument);
  CHECK_THROWS_AS(model::attend(good, weights, tokens, 0), std::invalid_argument);
  CHECK_THROWS_AS(model::attend(good, weights, Eigen::MatrixXd::Ones(2, 4), 3), std::invalid_argument);
  CHECK_THROWS_AS(model::attend(good, Vector(3), tokens, 3), std::invalid_argument);
}

}  // namespace flowsweep
